import { parseArgs } from "node:util";
import { UserError } from "@ft/bytes";
import { reportFailure } from "../errors/report-failure.ts";
import { runStage } from "./run-stage.ts";
import type { StageDefinition } from "./stage.ts";
import { stageUsage } from "./stage-usage.ts";

/**
 * The whole of a stage's command line: `--experiment FILE --stage NAME`, or `--help`. Sets the process's exit code:
 * 0, or 1 after a failure, which it reports on standard error.
 *
 * @param argv the arguments after the script's name. @default the process's
 */
export async function stageMain<Config>(
  definition: StageDefinition<Config>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    const { experiment, stage, help } = parseArguments(argv);
    if (help) {
      process.stdout.write(stageUsage(definition));
      return;
    }
    const remedy = "see --help";
    if (experiment === undefined)
      throw new UserError("--experiment is missing: which experiment.json?", { remedy });
    if (stage === undefined)
      throw new UserError("--stage is missing: which stage of the experiment?", { remedy });
    await runStage(definition, { experiment, stage });
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}

function parseArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        experiment: { type: "string" },
        stage: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UserError((error as Error).message, { remedy: "see --help" });
  }
}
