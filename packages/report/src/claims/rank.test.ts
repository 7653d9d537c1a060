import { adapterKinds } from "@ft/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { binding, find, flat, oneSeed, ranked, withPlan, withRank } from "../testing/findings.ts";
import { results } from "../testing/results.ts";

const CLAIM = "Rank limits";
const verdict = (small: readonly number[], large: readonly number[]) =>
  find(CLAIM, ranked(small, large)).verdict;

test("rank binds if rank 32 answers 2 points more than rank 2, beyond the interval", () => {
  expect(find(CLAIM, binding).verdict).toBe("shown");
  const not = find(CLAIM, flat);
  expect(not.verdict).toBe("not shown");
  expect(not.evidence).toContain("this setting cannot tell where rank belongs");
  expect(verdict([0.5, 0.8, 0.6], [0.9, 0.7, 0.9])).toBe("not shown");
  expect(verdict([0.7, 0.71, 0.72], [0.71, 0.72, 0.73])).toBe("not shown");
  expect(verdict([0, 0, 0], [0.02, 0.02, 0.02])).toBe("shown");
  expect(verdict([0, 0, 0], [0.02, 0.03, 0.04])).toBe("shown"); // the interval begins at 0.5 points
});

test("whether rank binds is unknown without accuracy at both ranks, with two seeds", () => {
  expect(find(CLAIM).missing).toEqual(["accuracy at rank 1, rank 2, rank 32 and full fine-tuning"]);
  const plans = results.plans.filter(({ plan }) => plan !== "lora-r8");
  expect(find(CLAIM, { plans }).missing[0]).toContain("rank 2, rank 8, rank 32");
  const all = withRank(withRank(binding, 1, [0.6, 0.6, 0.6]), "full", [0.9, 0.9, 0.9]);
  expect(find(CLAIM, oneSeed(all))).toMatchObject({
    verdict: "inconclusive",
    missing: ["at least two seeds shared by rank 2 and rank 32"],
  });
});

test("an experiment that places no rank by circuit has no claim about rank", () => {
  const plans = results.plans.map((row) => ({ ...row, edgeChange: null }));
  expect(find(CLAIM, { plans })).toBeUndefined();
});

const accuracy = fc.integer({ min: 0, max: 100 }).map((points) => points / 100);
/** Plans of one rank everywhere that are not the comparison's: of another kind, or of its kind and rank but later. */
const furtherPlans = fc.array(
  fc.record({
    kind: fc.constantFrom(...adapterKinds.filter(({ adapt }) => adapt).map(({ name }) => name)),
    rank: fc.constantFrom(2, 32),
    values: fc.array(accuracy, { minLength: 3, maxLength: 3 }),
  }),
  { maxLength: 6 },
);

test("rank is compared within LoRA, by the first plan of a rank: other kinds and later plans change nothing", () => {
  fc.assert(
    fc.property(furtherPlans, fc.constantFrom(binding, flat), (plans, given) => {
      const all = plans.reduce(
        (of, { kind, rank, values }, i) =>
          withPlan(
            of,
            `further-${i}`,
            "uniform",
            values,
            kind === "ia3" ? { kind, rank: 0, alpha: 0 } : { kind, rank, alpha: 2 * rank },
          ),
        given,
      );
      expect(find(CLAIM, all)).toEqual(find(CLAIM, given));
    }),
    { numRuns: 20 }, // all claims are judged anew each time
  );
});
