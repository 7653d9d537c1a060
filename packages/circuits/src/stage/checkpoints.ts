/** The checkpoints of a train stage, and the model at each of them. */

import { type CheckpointRow, checkpointsSchema, scanTable, UserError } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import { adapterTensors, type Model, mergeAdapter, type Plan, tensorsOfRows, type Weights } from "@ft/model";

/** Which checkpoint. */
export interface CheckpointKey {
  run: string;
  seed: number;
  step: number;
}

/** A checkpoint and the tensors that were trained. */
export interface Checkpoint extends CheckpointKey {
  tensors: Weights;
}

/** Which checkpoints of each run: all, the first and the last, or those of some steps. */
export type CheckpointChoice = "all" | "ends" | readonly number[];

/** Every checkpoint of a table, in its order: by run, seed and step. */
export function listCheckpoints(folder: string): CheckpointKey[] {
  return [...groupRows(folder, () => false)].map(({ run, seed, step }) => ({ run, seed, step }));
}

/** The wanted checkpoints of a table with their tensors, one in memory at a time. */
export function* readCheckpoints(folder: string, wanted: readonly CheckpointKey[]): Generator<Checkpoint> {
  for (const { rows, ...key } of groupRows(folder, (row) => wanted.some((other) => isSame(row, other)))) {
    if (rows.length > 0) yield { ...key, tensors: tensorsOfRows(rows) };
  }
}

/** Whether two keys name the same run. */
export function isSameRun(a: CheckpointKey, b: CheckpointKey): boolean {
  return a.run === b.run && a.seed === b.seed;
}

/**
 * The chosen checkpoints, in their order.
 * @throws UserError when a run has no checkpoint at a step that is asked for
 */
export function chooseCheckpoints(all: readonly CheckpointKey[], choice: CheckpointChoice): CheckpointKey[] {
  const runs = all.filter((key, i) => i === all.findIndex((other) => isSameRun(key, other)));
  return runs.flatMap((run) => {
    const own = all.filter((key) => isSameRun(key, run));
    if (choice === "all") return own;
    const steps = own.map(({ step }) => step);
    const wanted = choice === "ends" ? [steps[0], steps.at(-1)] : choice;
    const missing = wanted.find((step) => !steps.includes(step!));
    if (missing === undefined) return own.filter(({ step }) => wanted.includes(step));
    throw new UserError(`${run.run}, seed ${run.seed}, has no checkpoint at step ${missing}`, {
      remedy: `its checkpoints are at ${steps.join(", ")}`,
    });
  });
}

/**
 * The model as it was at a checkpoint: the base with the trained tensors merged into it.
 * @param plans of which one bears the checkpoint's run as its name
 * @throws UserError when there is no such plan, or the checkpoint lacks a tensor that it trains
 */
export function checkpointModel(
  ops: Ops,
  base: Model,
  plans: readonly Plan[],
  checkpoint: Checkpoint,
): Model {
  const { run, seed, step, tensors } = checkpoint;
  const plan = plans.find(({ name }) => name === run);
  if (!plan) {
    throw new UserError("a run's plan is not among the plans", {
      value: run,
      remedy: "name the stage that planned it in the role `plan`",
    });
  }
  const adapter = plan.adapter(seed);
  const trained = [...adapterTensors(base.weights, adapter, seed).keys()];
  const missing = trained.find((name) => !tensors.has(name));
  if (missing) {
    throw new UserError("a checkpoint lacks a tensor that its plan trains", {
      place: `${run}, seed ${seed}, step ${step}`,
      value: missing,
      remedy: "give the plan that the run was trained by, or train it again",
    });
  }
  return { config: base.config, weights: mergeAdapter(ops, base.weights, adapter, tensors) };
}

function isSame(a: CheckpointKey, b: CheckpointKey): boolean {
  return a.step === b.step && isSameRun(a, b);
}

/** The checkpoints of a table, with the rows of those that are wanted. */
function* groupRows(
  folder: string,
  isWanted: (key: CheckpointKey) => boolean,
): Generator<CheckpointKey & { rows: CheckpointRow[] }> {
  let current: (CheckpointKey & { rows: CheckpointRow[] }) | undefined;
  let wanted = false;
  for (const row of scanTable(folder, checkpointsSchema)) {
    if (!current || !isSame(current, row)) {
      if (current) yield current;
      const { run, seed, step } = row;
      current = { run, seed, step, rows: [] };
      wanted = isWanted(current);
    }
    if (wanted) current.rows.push(row);
  }
  if (current) yield current;
}
