import { z } from "zod";
import { pick } from "../arithmetic.ts";
import { AMPLE, defineTask } from "../task.ts";

const prompt = (terms: readonly number[]) => `Derive the following sequence: ${terms.join(", ")},`;

/**
 * `4, 8, 16, 32,`, corrupted by raising one of the last two terms by 1..100, which leaves a sequence without one right
 * continuation: there is no corrupted answer. Arithmetic (start 1..500, step 1..100) or geometric (start 1..10, ratio
 * 2..10) with even chances, five terms that are one token each. Only some 25 geometric sequences stay small enough.
 */
export const sequence = defineTask({
  name: "sequence",
  description:
    "The fifth term of an arithmetic or geometric sequence; one of the last two terms shown is raised",
  options: z.strictObject({}),
  defaults: () => AMPLE,
  sample(random) {
    const kind = pick(random, ["arithmetic", "geometric"]);
    const start = random.int(1, kind === "arithmetic" ? 500 : 10);
    const change = kind === "arithmetic" ? random.int(1, 100) : random.int(2, 10);
    const terms = [0, 1, 2, 3, 4].map((i) =>
      kind === "arithmetic" ? start + i * change : start * change ** i,
    );
    const shown = terms.slice(0, 4);
    const raised = random.int(2, 3);
    const corrupted = shown.with(raised, shown[raised]! + random.int(1, 100));
    return {
      kind,
      clean: prompt(shown),
      corrupted: prompt(corrupted),
      answer: String(terms[4]),
      terms: [...terms, corrupted[raised]!].map(String),
    };
  },
});
