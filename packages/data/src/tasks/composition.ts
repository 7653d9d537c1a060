import { z } from "zod";
import { arithmeticPrompt, evaluate, KIND, orderedOperands, pick, productQuestion } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

/** Operands inside the bracket, as in add-sub within 100; so are the first sub-task's prompts. */
const WITHIN = 100;
const LARGEST_FACTOR = 100;

const DEFAULTS = { whole: AMPLE, "add-sub": AMPLE, "mul-div": { examples: 1_000, circuit: 0.2 } } as const;
const BALANCED = {
  whole: ["add-mul", "add-div", "sub-mul", "sub-div"],
  "add-sub": ["add", "sub"],
  "mul-div": ["mul", "div"],
} as const;

/**
 * `(61 - 45) * 45 =`, corrupted in the outer operand only: `(61 - 45) * 53 =`. The bracket is an addition or a
 * subtraction within 100, larger operand first; then comes a product with 2..100 or an exact division by 2 or more.
 * Each of its two steps is also a task, drawn from the same expressions: `61 - 45 =` (corrupted as in add-sub) and
 * `16 * 45 =` (corrupted as the whole). The second has few prompts: only 2 to 200 are divided, so 1,000 by default.
 */
export const composition = defineTask({
  name: "composition",
  description:
    "A sum or difference in brackets, then a product or exact quotient; the outer operand is replaced",
  options: z.strictObject({
    part: z
      .enum(["whole", "add-sub", "mul-div"])
      .default("whole")
      .describe("the whole expression, or only one of its two steps"),
  }),
  defaults: ({ part }) => DEFAULTS[part],
  balanced: ({ part }) => BALANCED[part],
  sample(random, { part }) {
    const inner = pick(random, ["+", "-"]);
    const outer = pick(random, ["*", "/"]);
    const [a, b] = orderedOperands(random, WITHIN);
    const bracket = evaluate(a, inner, b);
    const [operand, other] = random.sample(outer === "*" ? FACTORS : divisors(bracket), 2);
    if (operand === undefined || other === undefined) return undefined;
    if (part === "add-sub") {
      const swapped = inner === "+" ? "-" : "+";
      return {
        kind: KIND[inner],
        clean: arithmeticPrompt(`${a} ${inner} ${b}`),
        corrupted: arithmeticPrompt(`${a} ${swapped} ${b}`),
        answer: String(bracket),
        corruptedAnswer: String(evaluate(a, swapped, b)),
      };
    }
    const whole = part === "whole";
    const left = whole ? `(${a} ${inner} ${b})` : String(bracket);
    return {
      kind: whole ? `${KIND[inner]}-${KIND[outer]}` : KIND[outer],
      clean: arithmeticPrompt(`${left} ${outer} ${operand}`),
      corrupted: arithmeticPrompt(`${left} ${outer} ${other}`),
      answer: String(evaluate(bracket, outer, operand)),
      corruptedAnswer: String(evaluate(bracket, outer, other)),
      question: !whole && outer === "*" ? productQuestion(bracket, operand) : undefined,
    };
  },
});

const FACTORS = Array.from({ length: LARGEST_FACTOR - 1 }, (_, i) => i + 2);

/** The divisors of `n` from 2 to n; none for 0 and 1. */
function divisors(n: number): number[] {
  return Array.from({ length: Math.max(0, n - 1) }, (_, i) => i + 2).filter((d) => n % d === 0);
}
