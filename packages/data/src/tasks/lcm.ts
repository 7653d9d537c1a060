import type { Random } from "@ft/artifacts";
import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { defineTask } from "../task.ts";

type Pair = readonly [number, number];

const KINDS = ["multiple", "coprime", "common-factor"] as const;

/**
 * `LCM(20, 160) = 160, LCM(8, 64) =`: one worked example, then the question, both of one kind; corrupted by another
 * question of that kind with another answer. Few pairs have a one-token answer (450 where one number is a multiple of
 * the other), so a third each of 2,500 asks some pairs again after another worked example, though never in two splits.
 */
export const lcm = defineTask({
  name: "lcm",
  description:
    "The least common multiple of two numbers after one worked example; the question's pair is replaced",
  options: z.strictObject({}),
  defaults: () => ({ examples: 2_500, circuit: 0.2 }),
  balanced: () => KINDS,
  sample(random) {
    const kind = pick(random, KINDS);
    const [worked, asked, other] = [drawPair(random, kind), drawPair(random, kind), drawPair(random, kind)];
    if (!worked || !asked || !other || sorted(worked) === sorted(asked)) return undefined;
    const prompt = ([a, b]: Pair) =>
      "Calculate the least common multiple (LCM) of two numbers. " +
      `LCM(${worked.join(", ")}) = ${leastCommonMultiple(worked)}, LCM(${a}, ${b}) =`;
    return {
      kind,
      clean: prompt(asked),
      corrupted: prompt(other),
      answer: String(leastCommonMultiple(asked)),
      corruptedAnswer: String(leastCommonMultiple(other)),
      question: sorted(asked),
    };
  },
});

/** A pair of the kind, or nothing if the numbers drawn are not of it. */
function drawPair(random: Random, kind: (typeof KINDS)[number]): Pair | undefined {
  if (kind === "coprime") {
    const pair = [random.int(1, 100), random.int(1, 100)] as const;
    return greatestCommonDivisor(pair) === 1 ? pair : undefined;
  }
  if (kind === "multiple") {
    const base = random.int(1, 50);
    return [base, base * random.int(2, 10)];
  }
  const base = random.int(2, 50);
  const [first, second] = [random.int(2, 10), random.int(2, 10)];
  return first === second ? undefined : [base * first, base * second];
}

function greatestCommonDivisor([a, b]: Pair): number {
  return b === 0 ? a : greatestCommonDivisor([b, a % b]);
}

function leastCommonMultiple([a, b]: Pair): number {
  return (a * b) / greatestCommonDivisor([a, b]);
}

/** The question of a pair: the same for both orders. */
function sorted([a, b]: Pair): string {
  return `LCM(${Math.min(a, b)}, ${Math.max(a, b)})`;
}
