/**
 * Short exercises: the words and symbols of the tasks in other phrasings and small ranges, so every token
 * is trained before fine-tuning. The sentences of the tasks themselves never occur.
 */
import type { Random } from "@ft/artifacts";
import { type DocumentKind, pick, stated } from "./draw.ts";

/** How often a stated result is wrong. */
const WRONG_SHARE = 0.15;
/** The largest operand of sums and differences. */
const LARGEST_OPERAND = 15;

/** One exercise with its answer. */
export const exercises: DocumentKind = (random) => pick(random, EXERCISES)(random);

function expression(random: Random): { text: string; value: number } {
  const [a, b] = [random.int(0, LARGEST_OPERAND), random.int(0, LARGEST_OPERAND)];
  const [p, q] = [random.int(1, 12), random.int(1, 12)];
  return pick(random, [
    { text: `${a} + ${b}`, value: a + b },
    { text: `${Math.max(a, b)} - ${Math.min(a, b)}`, value: Math.abs(a - b) },
    { text: `${p} * ${q}`, value: p * q },
    { text: `${p * q} / ${q}`, value: p },
  ]);
}

/** A line y = slope x + intercept and its values at 1, 2, ... */
function line(random: Random): { text: string; values: number[] } {
  const [slope, intercept] = [random.int(1, 5), random.int(1, 20)];
  const values = Array.from({ length: random.int(3, 5) }, (_, i) => slope * (i + 1) + intercept);
  return { text: `y=${slope}x+${intercept}`, values };
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

const EXERCISES: readonly DocumentKind[] = [
  (random) => {
    const { text, value } = expression(random);
    return `${text} = ${stated(random, value, WRONG_SHARE)}`;
  },
  (random) => {
    const { text, value } = expression(random);
    return `calculate ${text}. answer: ${stated(random, value, WRONG_SHARE)}.`;
  },
  (random) => {
    const { text, value } = expression(random);
    return `the result of the expression ${text} is ${stated(random, value, WRONG_SHARE)}.`;
  },
  (random) => {
    const { text, value } = expression(random);
    return `provide the final result only. arithmetic: ${text} =\n${stated(random, value, WRONG_SHARE)}`;
  },
  (random) => {
    const [a, b, c] = [random.int(1, 9), random.int(1, 9), random.int(2, 6)];
    return `following the brackets: (${a} + ${b}) * ${c} = ${stated(random, (a + b) * c, WRONG_SHARE)}`;
  },
  (random) => {
    const [start, step] = [random.int(1, 20), random.int(1, 3)];
    const terms = Array.from({ length: 5 }, (_, i) => start + i * step);
    const next = stated(random, start + 5 * step, WRONG_SHARE);
    return `derive the next number of the sequence ${terms.join(", ")}: ${next}.`;
  },
  (random) => {
    const { text, values } = line(random);
    const points = values.map((value, i) => `x=${i + 1}, y=${stated(random, value, WRONG_SHARE)}`);
    return `the function ${text} gives ${points.join("; ")}.`;
  },
  (random) => {
    const pairs = Array.from({ length: 3 }, () => {
      const [a, b] = [random.int(1, 12), random.int(1, 12)];
      return `lcm(${a}, ${b}) = ${stated(random, leastCommonMultiple(a, b), WRONG_SHARE)}`;
    });
    return pairs.join(", ");
  },
  (random) => {
    const [a, b] = [random.int(1, 12), random.int(1, 12)];
    const multiple = stated(random, leastCommonMultiple(a, b), WRONG_SHARE);
    return `given two numbers ${a} and ${b}, the least common multiple is ${multiple}.`;
  },
];
