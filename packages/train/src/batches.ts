/** Which examples each update sees. */
import { seededRandom } from "@ft/artifacts";

/** Updates in one pass over `examples`: a last short batch is an update of its own, as in transformers' Trainer. */
export function updatesPerEpoch(examples: number, batch: number): number {
  return Math.ceil(examples / batch);
}

/**
 * The examples of every update in turn, by index, epoch after epoch. Every epoch visits each example once, in an order
 * drawn from the seed and the epoch's number, so that any update's batch is known without those before it.
 *
 * @param batch examples an update; the last of an epoch may have fewer
 */
export function* batches(
  examples: number,
  {
    batch,
    epochs,
    seed,
    from = 0,
  }: { batch: number; epochs: number; seed: number /** Updates already made. @default 0 */; from?: number },
): Generator<number[]> {
  const perEpoch = updatesPerEpoch(examples, batch);
  for (let epoch = Math.floor(from / perEpoch); epoch < epochs; epoch++) {
    const order = seededRandom(seed, `order of epoch ${epoch}`).shuffle([...Array(examples).keys()]);
    const done = Math.max(0, from - epoch * perEpoch);
    for (let first = done * batch; first < examples; first += batch) yield order.slice(first, first + batch);
  }
}
