/** Checkpoints at which runs begin, in place of the initial values of their kinds. */
import { existsSync } from "node:fs";
import {
  byRun,
  type CheckpointKey,
  checkpointsSchema,
  describeCheckpoint,
  describeRun,
  planSchema,
  readManifest,
  type StageContext,
  tablePath,
  UserError,
} from "@ft/artifacts";
import {
  adapterDifference,
  checkpointAdapter,
  listCheckpoints,
  type Model,
  noCheckpoint,
  type Plan,
  type PlannedRun,
  readCheckpoints,
  readPlans,
  type Weights,
} from "@ft/model";
import type { TrainConfig } from "./config.ts";

/** Where a run begins. */
export interface Start {
  checkpoint: CheckpointKey;
  /** All that decides its tensors, as JSON. */
  identity: unknown;
  /** Its tensors, by name. */
  read(): Weights;
}

/**
 * Where each run begins, from the input `start`; undefined without it. A run begins at a checkpoint of the run with its plan,
 * draw and seed; where there is none with its plan, draw or seed, the input must have a single one to choose from.
 *
 * @returns throws a UserError if the start of a run is ambiguous, has no such step, or was trained by another plan
 * @throws UserError if the input's base model is not the stage's, or its plans are unknown
 */
export function openStart(
  { inputs, config, provenance }: Pick<StageContext<TrainConfig>, "inputs" | "config" | "provenance">,
  model: Model,
): ((run: PlannedRun) => Start) | undefined {
  const [folder] = inputs.start ?? [];
  if (folder === undefined) return undefined;
  const file = tablePath(folder, checkpointsSchema);
  const manifest = readManifest(file);
  if (manifest.inputs.model !== provenance.inputs.model) {
    throw new UserError("the start was trained from another base model", {
      file,
      value: `base model with sha-256 ${manifest.inputs.model}`,
      remedy:
        "start from a checkpoint of the experiment's `model`, or make that base the experiment's `model`",
    });
  }
  const checkpoints = listCheckpoints(folder);
  const plans = plansOf(folder, inputs.plan ?? [], model);
  return (run) => {
    const own = runLike(run, checkpoints, file);
    const wanted = config.startStep;
    const checkpoint = wanted === "last" ? own.at(-1)! : own.find(({ step }) => step === wanted);
    if (!checkpoint) throw noCheckpoint(own, wanted as number);
    checkPlan(run, checkpoint, plans, file);
    return {
      checkpoint,
      identity: { checkpoints: manifest.sha256, checkpoint },
      read() {
        const [found] = readCheckpoints(folder, [checkpoint]);
        checkpointAdapter(model, plans, found!);
        return found!.tensors;
      },
    };
  };
}

/** What {@link openStart} has found, for people: starts that several runs share. */
export function describeSharedStarts(starts: readonly Start[]): string[] {
  const counts = new Map<string, number>();
  for (const { checkpoint } of starts) {
    const name = describeCheckpoint(checkpoint);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].flatMap(([name, runs]) => (runs > 1 ? [`${runs} runs begin at ${name}`] : []));
}

/** The plans of a start: those next to it, or those of the stage's own that its train stage read. */
function plansOf(folder: string, planned: readonly string[], { config }: Model): Plan[] {
  if (existsSync(tablePath(folder, planSchema))) return readPlans([folder], config);
  const read = Object.values(readManifest(tablePath(folder, checkpointsSchema)).inputs);
  const isRead = (stage: string) => read.includes(readManifest(tablePath(stage, planSchema)).sha256);
  return readPlans(planned.filter(isRead), config);
}

/** The checkpoints of the run that is most like another. */
function runLike(run: PlannedRun, checkpoints: readonly CheckpointKey[], file: string): CheckpointKey[] {
  let left = checkpoints;
  for (const key of ["plan", "draw", "seed"] as const) {
    const same = left.filter((other) => other[key] === run[key]);
    if (same.length > 0) left = same;
  }
  const [own, ...others] = byRun(left);
  if (own && others.length === 0) return own;
  throw new UserError(`there is no single start for ${describeRun(run)}`, {
    file,
    value: own ? [own, ...others].map(([first]) => describeRun(first!)).join("; ") : "no checkpoint",
    remedy: "start from a run of its plan, draw and seed, or give a start with a single run",
  });
}

/** @throws UserError unless the start's adapter is the run's */
function checkPlan(run: PlannedRun, start: CheckpointKey, plans: readonly Plan[], file: string): void {
  const adapter = plans
    .find(({ name, draw }) => name === start.plan && draw === start.draw)
    ?.adapter(start.seed);
  if (!adapter) {
    throw new UserError(`the plan of the start of ${describeRun(run)} is not known`, {
      file,
      value: describeRun(start),
      remedy: "name the stage that planned it in the role `plan`",
    });
  }
  const difference = adapterDifference(adapter, run.adapter);
  if (difference === undefined) return;
  throw new UserError(`the start of ${describeRun(run)} was trained by another plan`, {
    file,
    place: describeRun(start),
    value: difference,
    remedy:
      "plan the same adapters, such as with the start's own plan; or let `ft export merged` make the start a base model",
  });
}
