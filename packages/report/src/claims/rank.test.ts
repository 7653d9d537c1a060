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

test("of plans with the same rank the first counts: a later one may be a control, trained for longer", () => {
  const longer = withPlan(binding, "compute-matched", "uniform", [0.9, 0.9, 0.9], { rank: 2 });
  expect(find(CLAIM, longer)).toMatchObject({ verdict: "shown", evidence: find(CLAIM, binding).evidence });
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
