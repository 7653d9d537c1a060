/** The compute of a probe, counted in updates, for runs that are given as much. */
import {
  type CheckpointKey,
  circuitsSchema,
  isSameRun,
  scanTable,
  tablePath,
  UserError,
} from "@ft/artifacts";

/** What decides how many updates are worth the compute of finding a circuit. */
export interface FindingCost {
  /** Examples that each circuit was found on. */
  examples: number;
  /** Forward and backward passes of each example for the scores of a checkpoint. */
  steps: number;
  /** Examples per update, each of which is a forward and a backward pass. */
  batch: number;
}

/**
 * The updates that take as much compute as what a plan by edge change reads: every probe run until its last circuit, and
 * the scores of its first and its last circuit.
 *
 * @param folders of circuits stages
 * @returns a whole number, rounded up
 * @throws UserError if there is no circuit
 */
export function probeUpdates(folders: readonly string[], cost: FindingCost): number {
  return Math.ceil(
    folders.reduce((sum, folder) => {
      const updates = findingUpdates(scanTable(folder, circuitsSchema), cost);
      if (updates === 0)
        throw new UserError("the probe has no circuit", { file: tablePath(folder, circuitsSchema) });
      return sum + updates;
    }, 0),
  );
}

/** The same for the circuits of one stage, not rounded; 0 if there is none. */
export function findingUpdates(
  circuits: Iterable<CheckpointKey>,
  { examples, steps, batch }: FindingCost,
): number {
  const runs = lastSteps(circuits);
  const trained = runs.reduce((updates, { step }) => updates + step, 0);
  return trained + (2 * runs.length * examples * steps) / batch;
}

/** Every run's last checkpoint with a circuit. */
function lastSteps(circuits: Iterable<CheckpointKey>): CheckpointKey[] {
  const last: CheckpointKey[] = [];
  for (const { plan, draw, seed, step } of circuits) {
    const row = { plan, draw, seed, step };
    const known = last.findIndex((other) => isSameRun(other, row));
    if (known < 0) last.push(row);
    else last[known] = row;
  }
  return last;
}
