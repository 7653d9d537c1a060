/** `ft run`: an experiment, or some of its stages, through Nx. */

import { relative, resolve } from "node:path";
import {
  type Experiment,
  type ExperimentFile,
  memoryError,
  modelFolder,
  renderRef,
  repositoryRoot,
  type StageRef,
  stageNamed,
  UserError,
} from "@ft/artifacts";
import { runNx } from "../nx/run-nx.ts";
import { checkExperiment } from "./check-experiment.ts";
import { describeForesight, foresee, unfitStages } from "./explain/explain-experiment.ts";
import { stageDefinitions } from "./stage-definitions.ts";
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
 * Checks an experiment, downloads its base model if it is one of the hub that is not in the cache, and runs it. Other settings make a
 * separate experiment next to it, which shares all stages that they do not change. What a large model will take is shown first.
 *
 * @throws UserError if it has mistakes, a stage does not exist, does not fit into memory or fails
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
  for (const run of found.runs) await announce(run, new Set(refs.keys()));
  await runStages(root, found.name, [...refs.values()], environment);
  for (const { experiment, stage: name } of refs.values())
    console.log(relative(process.cwd(), resolve(root, "runs", experiment, name)));
}

/** Runs stages and what they need through Nx. @param flags of Nx @throws UserError if one fails */
export async function runStages(
  root: string,
  name: string,
  refs: readonly StageRef[],
  environment: Record<string, string>,
  flags: readonly string[] = [],
): Promise<void> {
  const kinds = [...new Set(refs.map(({ uses }) => uses))];
  const projects = refs.map(renderRef);
  console.log(`${name}: ${projects.join(", ")}`);
  const targets = ["run-many", "-t", kinds.join(","), `--projects=${projects.join(",")}`, ...flags];
  const code = await runNx(root, targets, environment);
  if (code === 0) return;
  process.exitCode = code;
  throw new UserError(`${name} ${code > 128 ? "was interrupted" : "did not finish"}`, {
    remedy: "the same command resumes from there",
  });
}

/** Parameters from which on what a model takes is shown: smaller ones take seconds, and little memory. */
const LARGE = 50_000_000;

/**
 * Shows what the stages of a large model take.
 * @param wanted stages, which run with all that they need
 * @throws UserError if one of them does not fit into memory
 */
async function announce(experiment: Experiment, wanted: ReadonlySet<string>): Promise<void> {
  const { countParameters, loadModelConfig } = await import("@ft/model");
  const config = await loadModelConfig(modelFolder(experiment.model, repositoryRoot(experiment.folder)));
  if (countParameters(config) < LARGE) return;
  const foresight = await foresee(experiment, await stageDefinitions(), (text) => console.error(text));
  const needed = withInputs(experiment, wanted);
  const stages = foresight.stages.filter(({ state }) => needed.has(renderRef(state.stage.home)));
  const states = foresight.states.filter(({ stage }) => needed.has(renderRef(stage.home)));
  console.log(describeForesight({ ...foresight, stages, states }).join("\n"));
  const [unfit] = unfitStages({ ...foresight, stages });
  if (unfit?.need.need)
    throw memoryError(unfit.need.need.memory, foresight.memory, {
      what: `stage ${unfit.state.stage.name}`,
      remedies: [...(unfit.need.need.remedies ?? []), "run other stages with --stage"],
    });
}

/** Stages with all in the experiment that they read, directly or not. */
function withInputs({ stages }: Experiment, wanted: ReadonlySet<string>): Set<string> {
  const needed = new Set(wanted);
  const byHome = new Map([...stages.values()].map((stage) => [renderRef(stage.home), stage]));
  for (const ref of needed)
    for (const input of Object.values(byHome.get(ref)?.inputs ?? {}).flat()) needed.add(renderRef(input));
  return needed;
}

/** The stages named or, if none is, those that no other stage of the experiment reads. */
export function chosenStages(experiment: Experiment, names?: readonly string[]): StageRef[] {
  if (names !== undefined) return names.map((name) => stageNamed(experiment, name).home);
  const stages = [...experiment.stages.values()];
  const read = new Set(stages.flatMap(({ inputs }) => Object.values(inputs).flat()).map(renderRef));
  return stages.map(({ home }) => home).filter((home) => !read.has(renderRef(home)));
}
