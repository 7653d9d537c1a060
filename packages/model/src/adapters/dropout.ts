/** Dropout of what adapters read, drawn from a run's seed. */
import { type Random, seededRandom } from "@ft/artifacts";

/**
 * Draws `count` elements of a mask for a module's input: 0 with the probability `rate`, else 1 / (1 - rate). Each call for
 * a module goes on where the last one ended.
 */
export type Dropout = (module: string, rate: number, count: number) => Float32Array;

/**
 * The masks of an update. They depend on seed, update and module, and rows of a batch have theirs in order, so neither an
 * interruption nor the size of micro-batches changes them.
 */
export function seededDropout(seed: number, step: number): Dropout {
  const streams = new Map<string, Random>();
  return (module, rate, count) => {
    const random = streams.get(module) ?? seededRandom(seed, `dropout of update ${step}, ${module}`);
    streams.set(module, random);
    const kept = 1 / (1 - rate);
    return new Float32Array(count).map(() => (random.uniform() < rate ? 0 : kept));
  };
}
