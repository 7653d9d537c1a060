import { UserError } from "@ft/bytes";
import { reportFailure } from "../errors/report-failure.ts";
import { stageNamed } from "../experiment/load-experiment.ts";
import { runStage } from "./run-stage.ts";
import type { AnyStage } from "./stage.ts";
import { chosenStage, parseStageArguments } from "./stage-arguments.ts";
import { stageUsage } from "./stage-usage.ts";

/**
 * The whole command line of a package with stages: `--experiment FILE --stage NAME`, where the stage may be of any of its
 * kinds, or `--help [KIND]`. Sets the process's exit code: 0, or 1 after a failure, which it reports on standard error.
 *
 * @param definitions the kinds of stages in the package
 * @param argv the arguments after the script's name. @default the process's
 */
export async function stageMain(
  definitions: readonly AnyStage[],
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const defined = (uses: string, problem: string, file?: string) => {
    const found = definitions.find((definition) => definition.uses === uses);
    if (found) return found;
    const known = definitions.map((definition) => definition.uses).join(", ");
    throw new UserError(problem, { file, value: uses, remedy: `kinds of stages here: ${known}` });
  };
  try {
    const given = parseStageArguments(argv);
    const { help, kind } = given;
    if (help) {
      const described = kind === undefined ? definitions : [defined(kind, "there is no such kind of stage")];
      process.stdout.write(described.map(stageUsage).join("\n"));
      return;
    }
    const choice = chosenStage(given);
    const { experiment, stage } = choice;
    const { uses } = stageNamed(experiment, stage);
    const problem = `stage ${stage} is of a kind that this program does not run`;
    await runStage(defined(uses, problem, experiment.file), choice);
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}
