/** Which checkpoints of a train stage are scored, and what decides the model at one. */
import { createHash } from "node:crypto";
import { byRun, type CheckpointKey } from "@ft/artifacts";
import { checkpointAdapter, type Model, noCheckpoint, type Plan, type TrainedCheckpoint } from "@ft/model";

/** Which checkpoints of each run: all, the first and the last, or those of some steps. */
export type CheckpointChoice = "all" | "ends" | readonly number[];

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

/**
 * Everything about a checkpoint that decides its model, given the base, as JSON.
 * @throws UserError see {@link checkpointAdapter}
 */
export function checkpointIdentity(base: Model, plans: readonly Plan[], checkpoint: TrainedCheckpoint) {
  const { tensors, ...key } = checkpoint;
  const hash = createHash("sha256");
  for (const [name, { shape, data }] of tensors) {
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return { key, adapter: checkpointAdapter(base, plans, checkpoint), tensors: hash.digest("hex") };
}
