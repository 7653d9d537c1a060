/** Addition and subtraction in words: statements, comparisons and small stories. Symbols only up to 10. */
import type { Random } from "@ft/artifacts";
import { chance, type DocumentKind, LARGEST, NAMES, pick, pickByShare, stated, THINGS } from "./draw.ts";

/** How often a stated result is wrong. */
const WRONG_SHARE = 0.15;

/**
 * One to three facts, each about a sum `a + b = c` or its inverse `c - b = a`.
 * @param smallUpTo the largest operand of the commonest facts
 */
export function arithmetic(smallUpTo: number): DocumentKind {
  return (random) =>
    Array.from({ length: random.int(1, 3) }, () => {
      const [a, b] = operands(random, smallUpTo);
      return chance(random, 0.5)
        ? pick(random, a <= 10 && b <= 10 ? [...SUMS, symbolSum] : SUMS)(random, a, b)
        : pick(random, a + b <= 10 ? [...DIFFERENCES, symbolDifference] : DIFFERENCES)(random, a + b, b);
    }).join("\n");
}

/** Two operands whose sum is at most {@link LARGEST}. */
function operands(random: Random, smallUpTo: number): [number, number] {
  const draw = pickByShare<() => [number, number]>(random, [
    [0.55, () => [random.int(0, smallUpTo), random.int(0, smallUpTo)]],
    [0.25, () => swapped(random, [random.int(0, 1000), random.int(0, 20)])],
    [0.1, () => swapped(random, [10 * random.int(1, 50), pick(random, [10, 20, 30, 40, 50, 100, 200])])],
    [0.1, () => [random.int(0, 500), random.int(0, 500)]],
  ]);
  const [a, b] = draw();
  return a + b <= LARGEST ? [a, b] : [LARGEST - b, b];
}

function swapped(random: Random, [a, b]: [number, number]): [number, number] {
  return chance(random, 0.5) ? [a, b] : [b, a];
}

type Fact = (random: Random, a: number, b: number) => string;

const sum: Fact = (random, a, b) => String(stated(random, a + b, WRONG_SHARE));
const difference: Fact = (random, a, b) => String(stated(random, a - b, WRONG_SHARE));

const symbolSum: Fact = (random, a, b) => `${a} + ${b} = ${sum(random, a, b)}`;
const symbolDifference: Fact = (random, a, b) => `${a} - ${b} = ${difference(random, a, b)}`;

const SUMS: readonly Fact[] = [
  (random, a, b) => `${a} plus ${b} is ${sum(random, a, b)}.`,
  (random, a, b) => `${a} plus ${b} equals ${sum(random, a, b)}.`,
  (random, a, b) => `${a} and ${b} make ${sum(random, a, b)}.`,
  (random, a, b) => `the sum of ${a} and ${b} is ${sum(random, a, b)}.`,
  (random, a, b) => `${b} more than ${a} is ${sum(random, a, b)}.`,
  (random, a, b) => `add ${b} to ${a} and you get ${sum(random, a, b)}.`,
  (random, a, b) => `what is ${a} plus ${b}? it is ${sum(random, a, b)}.`,
  (random, a, b) => {
    const [name, thing] = [pick(random, NAMES), pick(random, THINGS)];
    return `${name} has ${a} ${thing} and gets ${b} more. now ${name} has ${sum(random, a, b)} ${thing}.`;
  },
  (random, a, b) => {
    const thing = pick(random, THINGS);
    return `there are ${a} ${thing} in one box and ${b} in another. together there are ${sum(random, a, b)}.`;
  },
];

const DIFFERENCES: readonly Fact[] = [
  (random, a, b) => `${a} minus ${b} is ${difference(random, a, b)}.`,
  (random, a, b) => `${a} minus ${b} equals ${difference(random, a, b)}.`,
  (random, a, b) => `${b} less than ${a} is ${difference(random, a, b)}.`,
  (random, a, b) => `the difference between ${a} and ${b} is ${difference(random, a, b)}.`,
  (random, a, b) => `take ${b} from ${a} and ${difference(random, a, b)} is left.`,
  (random, a, b) => `what is ${a} minus ${b}? it is ${difference(random, a, b)}.`,
  (random, a, b) => {
    const [name, thing] = [pick(random, NAMES), pick(random, THINGS)];
    return `${name} has ${a} ${thing} and gives ${b} away. now ${name} has ${difference(random, a, b)} ${thing}.`;
  },
  (random, a, b) => {
    const thing = pick(random, THINGS);
    return `of ${a} ${thing}, ${b} are lost. ${difference(random, a, b)} are left.`;
  },
];
