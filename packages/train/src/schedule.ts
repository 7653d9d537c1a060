/** The schedule of a run: the learning rate and examples of every update, and the steps of checkpoints. */
import { seededRandom } from "@ft/artifacts";

export interface LinearSchedule {
  /** The highest rate, reached after warm-up. */
  peak: number;
  /** Updates with a rising rate. */
  warmUp: number;
  /** Updates until the rate has reached its floor. Training may stop earlier. */
  length: number;
  /** Where the descent ends, as a fraction of the peak. @default 0 */
  floor?: number;
}

/**
 * The rate of update number `step`, from 1, as transformers' `get_linear_schedule_with_warmup` sets it: the first
 * update of a warm-up has rate 0, the one after it the peak.
 */
export function learningRateAt({ peak, warmUp, length, floor = 0 }: LinearSchedule, step: number): number {
  const done = step - 1;
  if (done < warmUp) return (peak * done) / warmUp;
  const left = Math.max(0, (length - done) / Math.max(1, length - warmUp));
  return peak * (floor + (1 - floor) * left);
}

/** Updates in one pass over `examples`: a last short batch is an update too, as in transformers' Trainer. */
export function updatesPerEpoch(examples: number, batch: number): number {
  return Math.ceil(examples / batch);
}

/** How long a run is, in updates. */
export interface RunLength {
  /** Updates that the schedule of rates is made for. */
  schedule: number;
  /** Updates made: fewer if training stops early. */
  updates: number;
}

/**
 * @param examples of the training split
 * @param extra updates added to those of the epochs. @default 0
 */
export function runLength(
  examples: number,
  { batch, epochs, updateShare }: { batch: number; epochs: number; updateShare: number },
  extra = 0,
): RunLength {
  const schedule = updatesPerEpoch(examples, batch) * epochs + extra;
  return { schedule, updates: Math.max(1, Math.round(updateShare * schedule)) };
}

/** What to say of a warm-up that a run ends in, before the rate has reached its peak; undefined if it does not. */
export function shortWarmUp(warmUp: number, { updates }: RunLength): string | undefined {
  if (warmUp < updates) return undefined;
  return `the warm-up is as long as the runs: ${warmUp} of ${updates} updates, so the learning rate never reaches its peak; lower \`warmUp\`, or train for more epochs`;
}

/**
 * The examples of every update in turn, by index, epoch after epoch. Every epoch visits each example once, in an order
 * drawn from the seed and the epoch's number, so any update's batch is known without those before it.
 *
 * @param batch examples per update; the last of an epoch may have fewer
 * @param updates after which to stop, counted from the first of the run
 */
export function* batches(
  examples: number,
  {
    batch,
    updates,
    seed,
    from = 0,
  }: { batch: number; updates: number; seed: number /** Updates already made. @default 0 */; from?: number },
): Generator<number[]> {
  const perEpoch = updatesPerEpoch(examples, batch);
  let order: number[] = [];
  for (let update = from; update < updates; update++) {
    const place = update % perEpoch;
    if (place === 0 || update === from) {
      const epoch = Math.floor(update / perEpoch);
      order = seededRandom(seed, `order of epoch ${epoch}`).shuffle([...Array(examples).keys()]);
    }
    yield order.slice(place * batch, (place + 1) * batch);
  }
}

/** `count` checkpoints, the first before training and the last after it, or one every so many updates. */
export type CheckpointPlan = { count: number; spacing: "even" | "dense-start" } | { every: number } | "last";

/**
 * The steps at which checkpoints are taken, ascending. Step 0 is before the first update, step `updates` after the last.
 *
 * - `even`: the same number of updates apart, up to rounding.
 * - `dense-start`: at updates * (i / (count - 1))^2, dense at the start, when most changes. Equal steps are merged.
 * - `every`: 0, every, 2 * every, ... and the last step.
 * - `last`: only the last step.
 */
export function checkpointSteps(plan: CheckpointPlan, updates: number): number[] {
  if (plan === "last") return [updates];
  const steps = new Set<number>();
  if ("every" in plan) {
    for (let step = 0; step < updates; step += plan.every) steps.add(step);
  } else {
    const power = plan.spacing === "even" ? 1 : 2;
    for (let i = 0; i < plan.count; i++) steps.add(Math.round(updates * (i / (plan.count - 1)) ** power));
  }
  return [...steps.add(updates)].sort((a, b) => a - b);
}
