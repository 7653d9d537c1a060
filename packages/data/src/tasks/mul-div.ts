import { z } from "zod";
import { arithmeticPrompt, evaluate, KIND, pick, productQuestion } from "../arithmetic.ts";
import { defineTask } from "../task.ts";

/**
 * `444 / 37 =`, corrupted by another first operand that keeps the division exact: `111 / 37 =`. Products are drawn
 * from 2..200 x 2..180; divisors and quotients from 2..200. Both answers are one token, so few large products remain.
 */
export const mulDiv = defineTask({
  name: "mul-div",
  description: "Multiplication and exact division of two numbers; the first operand is replaced",
  options: z.strictObject({}),
  defaults: () => ({ examples: 3_500, circuit: 0.12, validation: 0.15, test: 0.3 }),
  balanced: () => ["mul", "div"],
  corruptedAnswerIsToken: true,
  sample(random) {
    const operator = pick(random, ["*", "/"]);
    const second = random.int(2, operator === "*" ? 180 : 200);
    const drawFirst = () => random.int(2, 200) * (operator === "*" ? 1 : second);
    const first = drawFirst();
    const other = drawFirst();
    return {
      kind: KIND[operator],
      clean: arithmeticPrompt(`${first} ${operator} ${second}`),
      corrupted: arithmeticPrompt(`${other} ${operator} ${second}`),
      answer: String(evaluate(first, operator, second)),
      corruptedAnswer: String(evaluate(other, operator, second)),
      question: operator === "*" ? productQuestion(first, second) : undefined,
    };
  },
});
