/** The checkpoints of a train stage, and the model at each of them. */
import { createHash } from "node:crypto";
import {
  type CheckpointKey,
  type CheckpointRow,
  checkpointsSchema,
  describeCheckpoint,
  describeRun,
  isSameCheckpoint,
  isSameRun,
  type RunKey,
  scanTable,
  UserError,
} from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import {
  type Adapter,
  adapterTensors,
  type Model,
  mergeAdapter,
  type Plan,
  tensorsOfRows,
  type Weights,
} from "@ft/model";

/** A checkpoint and the tensors that were trained. */
export interface Checkpoint extends CheckpointKey {
  tensors: Weights;
}

/** Which checkpoints of each run: all, the first and the last, or those of some steps. */
export type CheckpointChoice = "all" | "ends" | readonly number[];

/** Every checkpoint of a table, in its order: by run and step. */
export function listCheckpoints(folder: string): CheckpointKey[] {
  return [...groupRows(folder, () => false)].map(({ rows: _, ...key }) => key);
}

/** The wanted checkpoints of a table with their tensors, one in memory at a time. */
export function* readCheckpoints(folder: string, wanted: readonly CheckpointKey[]): Generator<Checkpoint> {
  const isWanted = (key: CheckpointKey) => wanted.some((other) => isSameCheckpoint(key, other));
  for (const { rows, ...key } of groupRows(folder, isWanted)) {
    if (rows.length > 0) yield { ...key, tensors: tensorsOfRows(rows) };
  }
}

/** Keys run by run, each run's in their order. */
export function byRun<Key extends RunKey>(keys: readonly Key[]): Key[][] {
  const runs: Key[][] = [];
  for (const key of keys) {
    const own = runs.find(([first]) => isSameRun(first!, key));
    if (own) own.push(key);
    else runs.push([key]);
  }
  return runs;
}

/**
 * The chosen checkpoints, run by run in their order.
 * @throws UserError if a run has no checkpoint at a requested step
 */
export function chooseCheckpoints<Key extends CheckpointKey>(
  all: readonly Key[],
  choice: CheckpointChoice,
): Key[] {
  return byRun(all).flatMap((own) => {
    if (choice === "all") return own;
    const steps = own.map(({ step }) => step);
    const wanted = choice === "ends" ? [steps[0], steps.at(-1)] : choice;
    for (const step of wanted) if (!steps.includes(step!)) throw noCheckpoint(own, step!);
    return own.filter(({ step }) => wanted.includes(step));
  });
}

/** The error for a step without a checkpoint. @param own the run's checkpoints */
export function noCheckpoint(own: readonly CheckpointKey[], step: number): UserError {
  return new UserError(`${describeRun(own[0]!)}, has no checkpoint at step ${step}`, {
    remedy: `its checkpoints are at ${own.map((key) => key.step).join(", ")}`,
  });
}

/**
 * The adapter that a checkpoint's tensors are of.
 * @param plans of which one has the checkpoint's plan and draw
 * @throws UserError if there is no such plan, or the checkpoint lacks a tensor that it trains
 */
export function checkpointAdapter(base: Model, plans: readonly Plan[], checkpoint: Checkpoint): Adapter {
  const adapter = plans
    .find(({ name, draw }) => name === checkpoint.plan && draw === checkpoint.draw)
    ?.adapter(checkpoint.seed);
  if (!adapter) {
    throw new UserError("a run's plan is not among the plans", {
      value: describeRun(checkpoint),
      remedy: "name the stage that planned it in the role `plan`",
    });
  }
  const trained = [...adapterTensors(base.weights, adapter, checkpoint.seed).keys()];
  const missing = trained.find((name) => !checkpoint.tensors.has(name));
  if (missing) {
    throw new UserError("a checkpoint lacks a tensor that its plan trains", {
      place: describeCheckpoint(checkpoint),
      value: missing,
      remedy: "give the plan that the run was trained with, or train it again",
    });
  }
  return adapter;
}

/**
 * The model as it was at a checkpoint: the base with the trained tensors merged into it.
 * @throws UserError see {@link checkpointAdapter}
 */
export function checkpointModel(
  ops: Ops,
  base: Model,
  plans: readonly Plan[],
  checkpoint: Checkpoint,
): Model {
  const adapter = checkpointAdapter(base, plans, checkpoint);
  return { config: base.config, weights: mergeAdapter(ops, base.weights, adapter, checkpoint.tensors) };
}

/**
 * Everything about a checkpoint that decides its model, given the base, as JSON.
 * @throws UserError see {@link checkpointAdapter}
 */
export function checkpointIdentity(base: Model, plans: readonly Plan[], checkpoint: Checkpoint) {
  const { tensors, ...key } = checkpoint;
  const hash = createHash("sha256");
  for (const [name, { shape, data }] of tensors) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return { key, adapter: checkpointAdapter(base, plans, checkpoint), tensors: hash.digest("hex") };
}

/** The checkpoints of a table, with the rows of the wanted ones. */
function* groupRows(
  folder: string,
  isWanted: (key: CheckpointKey) => boolean,
): Generator<CheckpointKey & { rows: CheckpointRow[] }> {
  let current: (CheckpointKey & { rows: CheckpointRow[] }) | undefined;
  let wanted = false;
  for (const row of scanTable(folder, checkpointsSchema)) {
    if (!current || !isSameCheckpoint(current, row)) {
      if (current) yield current;
      const { plan, draw, seed, step } = row;
      current = { plan, draw, seed, step, rows: [] };
      wanted = isWanted(current);
    }
    if (wanted) current.rows.push(row);
  }
  if (current) yield current;
}
