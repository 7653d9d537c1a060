import { parseArgs } from "node:util";
import { UserError } from "@ft/bytes";
import { loadExperiment, stageNamed } from "@ft/experiment";
import { reportFailure } from "../errors/report-failure.ts";
import { runStage } from "./run-stage.ts";
import type { AnyStage } from "./stage.ts";
import { stageUsage } from "./stage-usage.ts";

/**
 * The whole command line of a package with stages: `--experiment FILE [--point POINT] --stage NAME`, where the stage may be of any
 * of its kinds, or `--help [KIND]`. Sets the process's exit code: 0, or 1 after a failure, which it reports on standard error.
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
    const { experiment: file, point, stage, help, kind } = parseArguments(argv);
    if (help) {
      const described = kind === undefined ? definitions : [defined(kind, "there is no such kind of stage")];
      process.stdout.write(described.map(stageUsage).join("\n"));
      return;
    }
    const remedy = "see --help";
    if (file === undefined)
      throw new UserError("--experiment is missing: which experiment.json?", { remedy });
    if (stage === undefined)
      throw new UserError("--stage is missing: which stage of the experiment?", { remedy });
    const experiment = loadExperiment(file, point);
    const { uses } = stageNamed(experiment, stage);
    const definition = defined(uses, `stage ${stage} is of a kind that this program does not run`, file);
    await runStage(definition, { experiment, stage });
  } catch (error) {
    reportFailure(error);
    process.exitCode = 1;
  }
}

function parseArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        experiment: { type: "string" },
        point: { type: "string" },
        stage: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const [kind, further] = positionals;
    const unexpected = values.help ? further : kind;
    if (unexpected !== undefined) throw new Error(`Unexpected argument '${unexpected}'`);
    return { ...values, kind };
  } catch (error) {
    throw new UserError((error as Error).message, { remedy: "see --help" });
  }
}
