/** `npm start`: checks an experiment, runs it and prints its result. */

import { dirname, join, relative } from "node:path";
import { outputFolder, renderRef, repositoryRoot, UserError } from "@ft/artifacts";
import { checkExperiment } from "../experiment/check-experiment.ts";
import { runNx } from "../nx/run-nx.ts";
import { leftOutLine, summaryTable } from "./summary-table.ts";

/** The default experiment of `npm start`. */
export const DEFAULT_EXPERIMENT = "add-sub-100";

/**
 * Checks an experiment, runs its report stage through Nx with all stages that are out of date, and prints the result.
 *
 * @param given a name or a path. @default add-sub-100
 * @throws UserError if the experiment has mistakes or a stage fails
 */
export async function start(given: string = DEFAULT_EXPERIMENT): Promise<void> {
  const { name, file, experiment, runs } = await checkExperiment(given);
  const reports = runs.flatMap(({ stages }) => [...stages.values()].filter(({ uses }) => uses === "report"));
  if (reports.length === 0) {
    const remedy = `run a stage by its name: npx nx run ${name}.STAGE:KIND`;
    throw new UserError("the experiment has no report stage", { file, remedy });
  }
  const { description } = experiment;
  console.log(`\n${name}${description && `: ${description}`}\n`);
  const root = repositoryRoot(dirname(file));
  const homes = reports.map(({ home }) => home);
  const code = await runNx(root, [
    "run-many",
    "-t",
    "report",
    `--projects=${homes.map(renderRef).join(",")}`,
  ]);
  if (code !== 0) {
    process.exitCode = code;
    const remedy = "`npm start` resumes from there";
    throw code > 128
      ? new UserError(`${name} was interrupted`, { remedy })
      : new UserError(`${name} did not finish`, { remedy: `the reason is above; ${remedy}` });
  }
  for (const { stages } of runs) {
    const folders = (kind: string) =>
      [...stages.values()]
        .filter(({ uses }) => uses === kind)
        .map(({ home }) => outputFolder(root, home.experiment, home.stage));
    for (const folder of folders("report")) console.log(`\n${summaryTable(folder)}\n`);
    for (const line of folders("data").map(leftOutLine)) if (line !== undefined) console.log(`${line}\n`);
    for (const folder of folders("report"))
      console.log(`Report: ${relative(process.cwd(), join(folder, "report.html"))}`);
  }
}
