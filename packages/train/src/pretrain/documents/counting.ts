/** Counting up and down in equal steps, in several phrasings, and tables of values. */
import type { Random } from "@ft/artifacts";
import { chance, type DocumentKind, LARGEST, pick, pickByShare } from "./draw.ts";

/** What an equal step may be: mostly the ones that people count in. */
const STEPS = [
  [0.5, [1, 2, 5, 10]],
  [0.4, [3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]],
  [0.1, [25, 50, 100]],
] as const;

/**
 * Sequences of 4 to 14 numbers.
 * @param largeSteps share of sequences whose step is any number of 21..100
 */
export function counting(largeSteps: number): DocumentKind {
  return (random) => {
    const step = chance(random, largeSteps)
      ? random.int(21, 100)
      : pick<number>(random, pickByShare<readonly number[]>(random, STEPS));
    const terms = sequence(random, step);
    return pick(random, chance(random, 0.5) ? UPWARD : DOWNWARD)(terms, step);
  };
}

/** An ascending sequence that fits below {@link LARGEST}; every second one starts small. */
function sequence(random: Random, step: number): number[] {
  const length = Math.min(random.int(4, 14), Math.floor(LARGEST / step) + 1);
  const highestStart = LARGEST - step * (length - 1);
  const start = random.int(0, chance(random, 0.5) ? Math.min(highestStart, 60) : highestStart);
  return Array.from({ length }, (_, i) => start + i * step);
}

type Phrasing = (ascending: number[], step: number) => string;

const UPWARD: readonly Phrasing[] = [
  (terms) => terms.join(", "),
  (terms) => terms.join(" "),
  (terms, step) => `count up by ${step} from ${terms[0]}: ${terms.join(", ")}.`,
  (terms, step) => `in steps of ${step}: ${terms.join(", ")}.`,
  (terms, step) => `start at ${terms[0]} and add ${step} each time: ${terms.slice(1).join(", ")}.`,
  (terms) => `${terms.slice(0, -1).join(", ")} and then ${terms.at(-1)}.`,
  (terms) => `after ${terms.slice(0, -1).join(", ")} comes ${terms.at(-1)}.`,
  (terms) => terms.map((term, i) => `${i + 1}: ${term}`).join("; "),
  (terms) => table("day", "height", terms),
  (terms) => table("row", "seats", terms),
];

const DOWNWARD: readonly Phrasing[] = [
  (terms) => terms.toReversed().join(", "),
  (terms, step) => `count down by ${step} from ${terms.at(-1)}: ${terms.toReversed().join(", ")}.`,
  (terms, step) => {
    const [first, ...rest] = terms.toReversed();
    return `start at ${first} and take away ${step} each time: ${rest.join(", ")}.`;
  },
  (terms) => `going down: ${terms.toReversed().join(" ")}.`,
];

function table(key: string, value: string, terms: number[]): string {
  const keys = terms.map((_, i) => i + 1);
  return `${key} ${keys.join(" ")}. ${value} ${terms.join(" ")}.`;
}
