import { z } from "zod";
import { arithmeticPrompt, evaluate, KIND, orderedOperands, pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/**
 * `72 - 46 =`, corrupted by swapping the operator: `72 + 46 =`. A sum and a difference of the same operands are each
 * other's corruption, so all four prompts of such two examples stay in one split. Within N there are N (N + 1) / 2
 * examples of either kind; 10,100 within 100.
 */
export const addSub = defineTask({
  name: "add-sub",
  description: "Addition and subtraction of two numbers within N, the larger first; the operator is swapped",
  options: z.strictObject({
    within: z
      .int()
      .min(2)
      .max(1_000_000)
      .default(100)
      .describe("N: both operands are uniform in 1..N (the paper takes 100, 200, 300, 400 and 500)"),
  }),
  defaults: ({ within }) => (within <= 100 ? { ...AMPLE, circuit: 0.08 } : AMPLE),
  balanced: () => ["add", "sub"],
  sample(random, { within }) {
    const [first, second] = orderedOperands(random, within);
    const [operator, swapped] = pick(random, [["+", "-"] as const, ["-", "+"] as const]);
    return {
      kind: KIND[operator],
      clean: arithmeticPrompt(`${first} ${operator} ${second}`),
      corrupted: arithmeticPrompt(`${first} ${swapped} ${second}`),
      answer: String(evaluate(first, operator, second)),
      corruptedAnswer: String(evaluate(first, swapped, second)),
    };
  },
});
