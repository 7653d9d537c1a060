import { createHash } from "node:crypto";
import { unsafeUniformIntDistribution, xoroshiro128plus } from "pure-rand";

/** A stream of random numbers that depends only on a seed and a purpose. */
export interface Random {
  /** An integer in [min, max], both included, every one equally likely. Both within 2^53. */
  int(min: number, max: number): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A number of the standard normal distribution. */
  normal(): number;
  /** Shuffles in place, every order equally likely (Fisher and Yates), and returns its argument. */
  shuffle<T>(items: T[]): T[];
  /** `count` different elements of `items` in random order; all of them shuffled if there are no more. */
  sample<T>(items: readonly T[], count: number): T[];
}

/**
 * An independent stream for each purpose of one seed ("initialise lora-r8", "order of epoch 3"), so that drawing more
 * for one purpose changes no other. xoroshiro128+ (Blackman and Vigna 2018), started from SHA-256 of seed and purpose.
 *
 * @param seed any safe integer
 */
export function seededRandom(seed: number, purpose: string): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed must be an integer, not ${seed}`);
  const digest = createHash("sha256").update(`${seed}\n${purpose}`).digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plus.fromState(state);

  const int = (min: number, max: number): number => {
    if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max)) {
      throw new RangeError(`there is no integer between ${min} and ${max}`);
    }
    return unsafeUniformIntDistribution(min, max, generator);
  };
  const uniform = (): number => {
    const high = generator.unsafeNext() >>> 5;
    const low = generator.unsafeNext() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
  /** Draws the first `count` elements of `items` from all of it, in place. */
  const drawFirst = <T>(items: T[], count: number): void => {
    for (let i = 0; i < Math.min(count, items.length - 1); i++) {
      const j = int(i, items.length - 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
  };
  return {
    int,
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle: (items) => {
      drawFirst(items, items.length);
      return items;
    },
    sample: (items, count) => {
      const copy = [...items];
      drawFirst(copy, count);
      return copy.slice(0, count);
    },
  };
}
