import { z } from "zod";
import { AMPLE, defineTask } from "../task.ts";

/**
 * `There is a function y=5x+75. Given x=1,2,3,4, y=80,85,90,`, corrupted by another intercept with its own values of y.
 * Slopes 1..20 and intercepts 1..500: there are 10,000 prompts.
 */
export const linearFunction = defineTask({
  name: "function",
  description:
    "The fourth value of a linear function that is given with its first three; the intercept is replaced",
  options: z.strictObject({}),
  defaults: () => AMPLE,
  sample(random) {
    const slope = random.int(1, 20);
    const value = (intercept: number, x: number) => slope * x + intercept;
    const prompt = (intercept: number) => {
      const shown = [1, 2, 3].map((x) => value(intercept, x));
      return `There is a function y=${slope}x+${intercept}. Given x=1,2,3,4, y=${shown.join(",")},`;
    };
    const [intercept, other] = [random.int(1, 500), random.int(1, 500)];
    return {
      kind: "function",
      clean: prompt(intercept),
      corrupted: prompt(other),
      answer: String(value(intercept, 4)),
      corruptedAnswer: String(value(other, 4)),
    };
  },
});
