/** Runs an example as its README says: copied into the experiments of a repository, checked, then stage by stage. */
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type AnyStage, type ExperimentFile, renderRef, runStage, silentProgress } from "@ft/artifacts";
import { onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** What tools do, which no package exports. */
interface Tools {
  checkExperiment(file: string): Promise<ExperimentFile>;
  stageDefinitions(): Promise<ReadonlyMap<string, AnyStage>>;
  outsideStage(choice: object, command: string, contract: AnyStage): AnyStage;
}

async function loadTools(): Promise<Tools> {
  const modules = [
    "src/experiment/check-experiment.ts",
    "src/experiment/stage-definitions.ts",
    "nx/outside-stage.mjs",
  ];
  return Object.assign(
    {},
    ...(await Promise.all(modules.map((module) => import(join(root, "tools", module))))),
  );
}

/**
 * A temporary repository in which the example has run; it is gone when the test is over.
 *
 * @returns the folder of its results: that of each stage, by name
 * @throws UserError if the example has a mistake or a stage refuses
 */
export async function runExample(name: string): Promise<string> {
  const repository = mkdtempSync(join(tmpdir(), "ft-example-"));
  onTestFinished(() => rmSync(repository, { recursive: true }));
  for (const folder of ["models", "test"]) symlinkSync(join(root, folder), join(repository, folder));
  writeFileSync(join(repository, "nx.json"), "{}");
  cpSync(join(root, "examples", name), join(repository, "experiments", name), { recursive: true });
  const { checkExperiment, stageDefinitions, outsideStage } = await loadTools();
  const { experiment } = await checkExperiment(join(repository, "experiments", name, "experiment.json"));
  const definitions = await stageDefinitions();
  const results = join(repository, "runs", name);
  const waiting = new Set(experiment.stages.values());
  while (waiting.size > 0) {
    for (const stage of waiting) {
      const read = Object.values(stage.inputs).flat().map(renderRef);
      if ([...waiting].some(({ home }) => read.includes(renderRef(home)))) continue;
      const choice = { experiment, stage: stage.home.stage };
      const definition = definitions.get(stage.home.uses)!;
      const done = stage.run === undefined ? definition : outsideStage(choice, stage.run, definition);
      await runStage(done, choice, silentProgress);
      waiting.delete(stage);
    }
  }
  if (!existsSync(join(results, "report/report.html"))) throw new Error(`example ${name} made no report`);
  return results;
}
