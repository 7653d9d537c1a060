/** `npm start`: an experiment from its check to its result. */

import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join, relative } from "node:path";
import { outputFolder, repositoryRoot, runProgram, UserError } from "@ft/artifacts";
import { checkExperiment } from "../experiment/check-experiment.ts";
import { nxFilter } from "./nx-filter.ts";
import { leftOutLine, summaryTable } from "./summary-table.ts";

/** The experiment that `npm start` runs when it is given none. */
export const DEFAULT_EXPERIMENT = "add-sub-100";

/**
 * Checks an experiment, runs its report stage through Nx with all that it needs and has not yet, and prints the result.
 *
 * @param given a name or a path. @default add-sub-100
 * @throws UserError if the experiment is not right or a stage fails
 */
export async function start(given: string = DEFAULT_EXPERIMENT): Promise<void> {
  const experiment = await checkExperiment(given);
  const { name, file, stages, description } = experiment;
  const report = Object.keys(stages).find((stage) => stages[stage]?.uses === "report");
  if (report === undefined) {
    const remedy = `run a stage by its name: npx nx run ${name}.STAGE:KIND`;
    throw new UserError("the experiment has no report stage", { file, remedy });
  }
  console.log(`\n${name}${description && `: ${description}`}\n`);
  const root = repositoryRoot(dirname(file));
  const code = await runNx(root, ["run", `${name}.${report}:report`, "--outputStyle=stream"]);
  if (code !== 0) {
    process.exitCode = code;
    const remedy = "`npm start` resumes from there";
    throw code > 128
      ? new UserError(`${name} was interrupted`, { remedy })
      : new UserError(`${name} did not finish`, { remedy: `the reason is above; ${remedy}` });
  }
  const folder = outputFolder(root, name, report);
  console.log(`\n${summaryTable(folder)}\n`);
  for (const stage of Object.keys(stages).filter((stage) => stages[stage]?.uses === "data")) {
    const leftOut = leftOutLine(outputFolder(root, name, stage));
    if (leftOut !== undefined) console.log(`${leftOut}\n`);
  }
  console.log(`Report: ${relative(process.cwd(), join(folder, "report.html"))}`);
}

const NX_ENVIRONMENT = {
  NX_TUI: "false",
  NX_NATIVE_COMMAND_RUNNER: "false",
  // A second or two less, and no limit to how long it waits for another run to end.
  NX_ISOLATE_PLUGINS: "false",
};

/**
 * Runs Nx and waits; Ctrl-C reaches it through the terminal. Its full-screen view would hide the stages' progress, so
 * that streams past line by line instead.
 *
 * @returns its exit code
 */
async function runNx(root: string, args: readonly string[]): Promise<number> {
  const nx = createRequire(join(root, "package.json")).resolve("nx");
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const isNew = nxFilter();
  const { code, signal } = await runProgram(process.execPath, [nx, ...args], {
    cwd: root,
    env: { ...process.env, ...colours, ...NX_ENVIRONMENT },
    terminal: true,
    onLine: (line) => isNew(line) && console.log(line),
  });
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
