/** `npm start`: an experiment from its check to its result. */
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { outputFolder, repositoryRoot, UserError } from "@ft/artifacts";
import { checkExperiment } from "../experiment/check-experiment.ts";
import { summaryTable } from "./summary-table.ts";

/** The experiment that `npm start` runs if none is named. */
const DEFAULT_EXPERIMENT = "add-sub-100";

/** Runs a script with Node in the repository's root and returns its exit code; see tools/bootstrap/run.mjs. */
type RunNode = (
  script: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; onLine: (line: string) => void },
) => Promise<number>;

const NX_ENVIRONMENT = {
  // The full-screen view would hide the stages' progress.
  NX_TUI: "false",
  NX_NATIVE_COMMAND_RUNNER: "false",
  // A second or two less, and no limit to how long it waits for another run to end.
  NX_ISOLATE_PLUGINS: "false",
};

/**
 * Checks an experiment, runs its report stage through Nx with all that it needs and has not yet, and prints the result.
 *
 * @param given a name or a path. @default add-sub-100
 * @throws UserError if the experiment is not right or a stage fails
 */
export async function start(runNode: RunNode, given: string = DEFAULT_EXPERIMENT): Promise<void> {
  const experiment = await checkExperiment(given);
  const { name, file, stages, description } = experiment;
  const report = Object.keys(stages).find((stage) => stages[stage]?.uses === "report");
  if (report === undefined) {
    const remedy = `run a stage by its name: npx nx run ${name}.STAGE:KIND`;
    throw new UserError("the experiment has no report stage", { file, remedy });
  }
  console.log(`\n${name}${description && `: ${description}`}\n`);
  const root = repositoryRoot(dirname(file));
  const nx = createRequire(join(root, "package.json")).resolve("nx");
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const isNew = nxFilter();
  const code = await runNode(nx, ["run", `${name}.${report}:report`, "--outputStyle=stream"], {
    env: { ...colours, ...NX_ENVIRONMENT },
    onLine: (line) => isNew(line) && console.log(line),
  });
  if (code !== 0) {
    process.exitCode = code;
    const remedy = "`npm start` resumes from there";
    throw code > 128
      ? new UserError(`${name} was interrupted`, { remedy })
      : new UserError(`${name} did not finish`, { remedy: `the reason is above; ${remedy}` });
  }
  const folder = outputFolder(root, name, report);
  console.log(`\n${summaryTable(folder)}\n`);
  console.log(`Report: ${relative(process.cwd(), join(folder, "report.html"))}`);
}

/** TensorFlow's greeting, which no setting silences and which a stage cannot mute when its output is a pipe. */
const BANNER =
  /absl::InitializeLog\(\)|oneDNN custom operations are on|TensorFlow binary is optimized|To enable the following instructions/;

/**
 * Decides which lines of Nx's output are worth showing. Left out are empty ones, TensorFlow's greeting, and what Nx replays
 * of tasks whose results came from its cache; the line that says they did is kept.
 *
 * @returns a function to call with every line in turn
 */
export function nxFilter(): (line: string) => boolean {
  let replaying = false;
  return (line) => {
    const text = stripVTControlCharacters(line).trim();
    if (text === "" || BANNER.test(text)) return false;
    const task = /^> nx run \S+(.*)$/.exec(text);
    if (task) {
      replaying = /\[.*cache.*\]/.test(task[1] ?? "");
      return true;
    }
    if (/^NX\b/.test(text)) replaying = false;
    return !replaying;
  };
}
