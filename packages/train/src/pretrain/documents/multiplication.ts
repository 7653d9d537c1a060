/** Multiples, tables, small products and quotients, factors, doubles, common multiples and factors, powers. */
import type { Random } from "@ft/artifacts";
import { chance, type DocumentKind, LARGEST, pick } from "./draw.ts";

/** One or two facts; products stay small (most factors up to 12). */
export const multiplication: DocumentKind = (random) =>
  Array.from({ length: random.int(1, 2) }, () => pick(random, FACTS)(random)).join("\n");

/** Two factors with a product of at most {@link LARGEST}: mostly the small table, at times one larger factor. */
function factors(random: Random): [number, number] {
  const a = random.int(1, 12);
  const b = chance(random, 0.8) ? random.int(1, 12) : random.int(13, Math.min(100, Math.floor(LARGEST / a)));
  return chance(random, 0.5) ? [a, b] : [b, a];
}

function multiples(n: number, count: number): number[] {
  const length = Math.min(count, Math.floor(LARGEST / n));
  return Array.from({ length }, (_, i) => n * (i + 1));
}

/** All divisors of n, ascending. */
function divisors(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
}

function greatestCommonFactor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonFactor(b, a % b);
}

/** Start, start * ratio, ... as long as it fits, at most 8 terms. */
function powers(start: number, ratio: number): number[] {
  const terms = [start];
  while (terms.length < 8 && terms.at(-1)! * ratio <= LARGEST) terms.push(terms.at(-1)! * ratio);
  return terms;
}

const FACTS: readonly DocumentKind[] = [
  (random) => {
    const n = random.int(2, 60);
    return `multiples of ${n}: ${multiples(n, random.int(4, 12)).join(", ")}.`;
  },
  (random) => {
    const n = random.int(2, 12);
    const from = random.int(1, 8);
    const rows = Array.from({ length: 4 }, (_, i) => `${from + i} times ${n} is ${(from + i) * n}`);
    return `${rows.join(", ")}.`;
  },
  (random) => {
    const [a, b] = factors(random);
    return `${a} times ${b} is ${a * b}.`;
  },
  (random) => {
    const [a, b] = factors(random);
    return `${a} groups of ${b} are ${a * b}.`;
  },
  (random) => {
    const [a, b] = factors(random);
    return `${a * b} divided by ${b} is ${a}.`;
  },
  (random) => {
    const [a, b] = factors(random);
    return `${a * b} shared among ${b} gives ${a} each.`;
  },
  (random) => {
    const [a, b] = factors(random);
    return `${b} goes into ${a * b} ${a} times.`;
  },
  (random) => {
    const n = random.int(4, 144);
    return `factors of ${n}: ${divisors(n).join(", ")}.`;
  },
  (random) => {
    const n = random.int(1, 500);
    return chance(random, 0.5) ? `double ${n} is ${2 * n}.` : `half of ${2 * n} is ${n}.`;
  },
  (random) => {
    const terms = powers(random.int(1, 10), random.int(2, 5));
    return `each ${terms[1]! / terms[0]!} times the one before: ${terms.join(", ")}.`;
  },
  (random) => {
    const [a, b] = [random.int(2, 30), random.int(2, 30)];
    const common = (a * b) / greatestCommonFactor(a, b);
    return `the first number that both ${a} and ${b} go into is ${common}.`;
  },
  (random) => {
    const factor = random.int(1, 12);
    const [a, b] = [factor * random.int(1, 10), factor * random.int(1, 10)];
    return `the largest factor that ${a} and ${b} have in common is ${greatestCommonFactor(a, b)}.`;
  },
];
