/** The checkpoints of a train or import stage: their tensors, the adapters these belong to, and the model at each. */
import {
  type CheckpointKey,
  type CheckpointRow,
  checkpointsSchema,
  describeCheckpoint,
  describeRun,
  isSameCheckpoint,
  scanTable,
  UserError,
} from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { sameShape, type Weights } from "../weights/host-tensor.ts";
import type { Model } from "../weights/load-model.ts";
import { tensorsOfRows } from "../weights/tensor-rows.ts";
import { adapterTensors, mergeAdapter } from "./adapter.ts";
import type { Adapter } from "./kinds/index.ts";
import type { Plan } from "./plans.ts";

/** A checkpoint and the tensors that were trained. */
export interface TrainedCheckpoint extends CheckpointKey {
  tensors: Weights;
}

/** Every checkpoint of a table, in its order: by run and step. */
export function listCheckpoints(folder: string): CheckpointKey[] {
  return [...groupRows(folder, () => false)].map(({ rows: _, ...key }) => key);
}

/** The wanted checkpoints of a table with their tensors, one in memory at a time. */
export function* readCheckpoints(
  folder: string,
  wanted: readonly CheckpointKey[],
): Generator<TrainedCheckpoint> {
  const isWanted = (key: CheckpointKey) => wanted.some((other) => isSameCheckpoint(key, other));
  for (const { rows, ...key } of groupRows(folder, isWanted)) {
    if (rows.length > 0) yield { ...key, tensors: tensorsOfRows(rows) };
  }
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
 * @throws UserError if there is no such plan, or if one of the tensors that it trains is missing from the checkpoint or has another shape
 */
export function checkpointAdapter(
  base: Pick<Model, "weights">,
  plans: readonly Plan[],
  checkpoint: TrainedCheckpoint,
): Adapter {
  const adapter = plans
    .find(({ name, draw }) => name === checkpoint.plan && draw === checkpoint.draw)
    ?.adapter(checkpoint.seed);
  if (!adapter) {
    throw new UserError("a run's plan is not among the plans", {
      value: describeRun(checkpoint),
      remedy: "name the stage that planned it in the role `plan`",
    });
  }
  for (const [name, { shape }] of adapterTensors(base.weights, adapter, checkpoint.seed)) {
    const found = checkpoint.tensors.get(name);
    if (found && sameShape(found.shape, shape)) continue;
    const problem = found ? "has another shape for a tensor" : "lacks a tensor";
    throw new UserError(`a checkpoint ${problem} that its plan trains`, {
      place: describeCheckpoint(checkpoint),
      value: found ? `${name} [${found.shape}], not [${shape}]` : name,
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
  checkpoint: TrainedCheckpoint,
): Model {
  const adapter = checkpointAdapter(base, plans, checkpoint);
  return { config: base.config, weights: mergeAdapter(ops, base.weights, adapter, checkpoint.tensors) };
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
