/** The command line of a program that runs stages: `--experiment FILE [--point POINT] --stage NAME`, or `--help [KIND]`. */
import { parseArgs } from "node:util";
import { UserError } from "@ft/bytes";
import { loadExperiment } from "@ft/experiment";
import type { StageChoice } from "./prepare-stage.ts";

/** A parsed command line, checked only for unknown options and arguments. */
export interface StageArguments {
  experiment?: string;
  /** Of the experiment's sweep. */
  point?: string;
  stage?: string;
  help?: boolean;
  /** Of stage, after --help. */
  kind?: string;
}

/**
 * Reads the arguments after the script's name.
 *
 * @throws UserError for an unknown option or argument
 */
export function parseStageArguments(argv: readonly string[]): StageArguments {
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

/**
 * The stage to run, its experiment loaded.
 *
 * @throws UserError if an argument is missing or the experiment has a mistake
 */
export function chosenStage({ experiment, point, stage }: StageArguments): StageChoice {
  const remedy = "see --help";
  if (experiment === undefined)
    throw new UserError("--experiment is missing: which experiment.json?", { remedy });
  if (stage === undefined)
    throw new UserError("--stage is missing: which stage of the experiment?", { remedy });
  return { experiment: loadExperiment(experiment, point), stage };
}
