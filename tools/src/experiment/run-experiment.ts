/** `ft run`: an experiment, or some of its stages, through Nx. */

import { relative, resolve } from "node:path";
import {
  type Experiment,
  type ExperimentFile,
  renderRef,
  repositoryRoot,
  type StageRef,
  stageNamed,
  UserError,
} from "@ft/artifacts";
import { runNx } from "../nx/run-nx.ts";
import { checkExperiment } from "./check-experiment.ts";
import { createVariant, type Setting, writeVariant } from "./variant.ts";

/** The stages to run and their settings. */
export interface RunOptions {
  set?: readonly Setting[];
  /** The name of an experiment with other settings. */
  as?: string;
  /** Stages to run, with their inputs. @default those that no other stage reads */
  stage?: readonly string[];
}

/**
 * Checks an experiment, downloads its base model if it is one of the hub that is not in the cache, and runs it. Other settings make a separate experiment next to it, which shares all stages that they do not change.
 *
 * @throws UserError if it has mistakes, a stage does not exist, or one fails
 */
export async function runExperiment(given: string, { set = [], as, stage }: RunOptions): Promise<void> {
  const base = await checkExperiment(given, { fetch: true });
  if (set.length === 0 && as !== undefined)
    throw new UserError("--as names an experiment with other settings, and there are none", {
      remedy: "give --set, or leave it out",
    });
  const root = repositoryRoot(base.experiment.folder);
  let found: ExperimentFile = base;
  const environment: Record<string, string> = {};
  if (set.length > 0) {
    const variant = await createVariant(base.experiment, set, as, { fetch: true });
    writeVariant(variant);
    environment.FT_VARIANT = variant.path;
    found = variant;
  }
  const refs = new Map(
    found.runs.flatMap((run) => chosenStages(run, stage)).map((ref) => [renderRef(ref), ref]),
  );
  const kinds = [...new Set([...refs.values()].map(({ uses }) => uses))];
  const targets = ["run-many", "-t", kinds.join(","), `--projects=${[...refs.keys()].join(",")}`];
  console.log(`${found.name}: ${[...refs.keys()].join(", ")}`);
  const code = await runNx(root, targets, environment);
  if (code !== 0) {
    process.exitCode = code;
    throw new UserError(`${found.name} ${code > 128 ? "was interrupted" : "did not finish"}`, {
      remedy: "the same command resumes from there",
    });
  }
  for (const { experiment, stage: name } of refs.values())
    console.log(relative(process.cwd(), resolve(root, "runs", experiment, name)));
}

/** The stages named or, if none is, those that no other stage of the experiment reads. */
export function chosenStages(experiment: Experiment, names?: readonly string[]): StageRef[] {
  if (names !== undefined) return names.map((name) => stageNamed(experiment, name).home);
  const stages = [...experiment.stages.values()];
  const read = new Set(stages.flatMap(({ inputs }) => Object.values(inputs).flat()).map(renderRef));
  return stages.map(({ home }) => home).filter((home) => !read.has(renderRef(home)));
}
