import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Experiments, kinds, runStage, silentProgress } from "@ft/artifacts";
import { VARIANT_FILE } from "@ft/experiment";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../packages/artifacts/src/testing/temporary-folder.ts";
import { writeRandomModel } from "../model/random-model.ts";
import { checkInspected } from "./check-experiment.ts";
import { allExperiments, readRun } from "./find-experiment.ts";
import { rehearsalOf } from "./rehearse.ts";
import { stageDefinitions } from "./stage-definitions.ts";

const root = resolve(import.meta.dirname, "../../..");

/** A repository with a rehearsal of an experiment of this one. */
async function prepare(name: string) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "nx.json"), "{}");
  const run = join(folder, "runs", `${name}--dry`);
  mkdirSync(run, { recursive: true });
  const model = join(folder, "model");
  await writeRandomModel({ like: join(root, "models/nano"), layers: 2, out: model });
  const file = join(run, VARIANT_FILE);
  writeFileSync(file, JSON.stringify(rehearsalOf(readRun(name, root), "model")));
  return { folder, file };
}

test("the rehearsal of every experiment has no mistakes", async () => {
  const { folder, file } = await prepare("add-sub-100");
  for (const name of allExperiments(root)) {
    const content = rehearsalOf(readRun(name, root), join(folder, "model"));
    writeFileSync(file, JSON.stringify(content));
    await expect(checkInspected(new Experiments().inspect(file)), name).resolves.toBeDefined();
  }
});

test("a rehearsal runs every stage, those read in other experiments too, in little time", async () => {
  const { file } = await prepare("composition");
  const { experiment } = new Experiments().read(file);
  const ran = new Set<string>();
  const definitions = await stageDefinitions();
  const run = async (name: string): Promise<void> => {
    if (ran.has(name)) return;
    ran.add(name);
    const stage = experiment.stages.get(name)!;
    for (const { stage: input } of Object.values(stage.inputs).flat()) await run(input);
    await runStage(definitions.get(stage.uses)!, { experiment, stage: name }, silentProgress);
  };
  for (const kind of ["union", "evaluate", "report"])
    for (const { name } of [...experiment.stages.values()].filter(({ uses }) => uses === kind).slice(0, 1))
      await run(name);
  const used = new Set([...ran].map((name) => experiment.stages.get(name)!.uses));
  const others = Object.keys(kinds).filter((kind) => kind !== "import"); // no experiment of the paper has one
  expect([...used].sort()).toEqual(others.sort());
  expect([...ran].some((name) => name.startsWith("composition-add-sub-"))).toBe(true);
});
