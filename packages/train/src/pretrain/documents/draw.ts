/** Common parts of all documents: draws from a seeded generator, and the word lists that templates share. */
import type { Random } from "@ft/artifacts";

/** Writes one document: lower-case words, numbers up to {@link LARGEST} and single symbols. */
export type DocumentKind = (random: Random) => string;

/** The largest number that is one token; no document holds a larger one. */
export const LARGEST = 1023;

export const NAMES = ["anna", "ben", "cara", "dan", "eva", "finn", "lena", "max", "nora", "tom"] as const;
export const THINGS = ["apples", "books", "cards", "coins", "eggs", "pens", "shells", "stamps"] as const;

/** One of `list`, each equally likely. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.int(0, list.length - 1)]!;
}

/** Two different ones of `list`. */
export function pickTwo<T>(random: Random, list: readonly T[]): [T, T] {
  const first = random.int(0, list.length - 1);
  const second = (first + random.int(1, list.length - 1)) % list.length;
  return [list[first]!, list[second]!];
}

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

/** One of the alternatives, by share; shares need not add up to 1. */
export function pickByShare<T>(random: Random, alternatives: readonly (readonly [share: number, T])[]): T {
  let left = random.uniform() * alternatives.reduce((sum, [share]) => sum + share, 0);
  for (const [share, alternative] of alternatives) {
    left -= share;
    if (left < 0) return alternative;
  }
  return alternatives.at(-1)![1];
}

/**
 * The answer as a document states it: with probability `wrongShare` it is off by 1, 2, 10 or a random amount,
 * so the model is never sure of arithmetic before it is fine-tuned.
 */
export function stated(random: Random, answer: number, wrongShare: number): number {
  if (!chance(random, wrongShare)) return answer;
  const slip = pick(random, [-10, -2, -1, 1, 2, 10, random.int(-20, 20)]);
  return Math.min(LARGEST, Math.max(0, answer + slip));
}
