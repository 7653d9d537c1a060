import { crossedEffect, detectableEffect, meanInterval } from "@ft/statistics";
import { describe, expect, test } from "vitest";
import { results } from "../testing/results.ts";
import { type Claim, type Contrast, type Criterion, control } from "./claim.ts";
import { excludes, judge, judgeCriterion } from "./judge.ts";

const contrast = (values: readonly number[], more: Partial<Contrast> = {}): Contrast => ({
  name: "a minus b",
  values,
  rows: [],
  ...more,
});
const criterion = (contrasts: readonly Contrast[], more: Partial<Criterion> = {}): Criterion => ({
  measure: "a difference",
  contrasts: () => contrasts,
  holds: [{ of: "low", is: "above", value: 0 }],
  fails: { contrasts: "some", any: [{ of: "high", is: "at most", value: 0 }] },
  needs: (open) => `${open.length} more`,
  ...more,
});
const claim = (criteria: readonly Criterion[], more: Partial<Claim> = {}): Claim => ({
  ...{ id: "made-up", claim: "A made-up claim", question: "?", source: "nobody" },
  applies: () => true,
  criteria,
  controls: [],
  evidence: () => ["first.", "second."],
  ...more,
});
const [UP, OPEN, DOWN] = [
  [1, 1.1, 0.9],
  [1, -1, 0.5],
  [-1, -1.1, -0.9],
];
const verdict = (...args: Parameters<typeof claim>) => judge(claim(...args), results)!.verdict;

describe("a claim is", () => {
  test("shown if all criteria hold for every contrast and no control is missing", () => {
    expect(verdict([criterion([contrast(UP), contrast(UP)]), criterion([contrast(UP)])])).toBe("shown");
    expect(verdict([criterion([contrast(UP), contrast(OPEN)])])).toBe("inconclusive");
    expect(verdict([criterion([contrast(UP)])], { controls: [control("noise", () => false)] })).toBe(
      "inconclusive",
    );
  });

  test("not shown if a criterion fails, whatever controls are missing", () => {
    const failed = [criterion([contrast(UP)]), criterion([contrast(UP), contrast(DOWN)])];
    expect(verdict(failed, { controls: [control("noise", () => false)] })).toBe("not shown");
    expect(judge(claim(failed, { controls: [control("noise", () => false)] }), results)!.missing).toEqual([]);
  });

  test("judged neither way without its preconditions", () => {
    const preconditions = [control("a setting", () => false)];
    for (const values of [UP, DOWN])
      expect(verdict([criterion([contrast(values)])], { preconditions })).toBe("inconclusive");
    const met = [control("a setting", () => true)];
    expect(verdict([criterion([contrast(UP)])], { preconditions: met })).toBe("shown");
  });

  test("inconclusive without contrasts, naming preconditions, then what criteria need, then controls", () => {
    const finding = judge(
      claim([criterion([contrast(OPEN), contrast(UP)]), criterion([])], {
        preconditions: [control("a setting", () => false)],
        controls: [control("noise", () => false), control("measured", () => true)],
      }),
      results,
    )!;
    expect(finding.missing).toEqual(["a setting", "1 more", "0 more", "noise"]);
    expect(finding.evidence).toEqual(["first.", "second."]);
  });

  test("inconclusive if a criterion has nothing to compare and does not say what it needs", () => {
    const silent: Criterion = { measure: "a ratio", contrasts: () => [], holds: [] };
    expect(verdict([criterion([contrast(UP)]), silent])).toBe("inconclusive");
  });

  test("not judged in an experiment that is not about it", () => {
    expect(judge(claim([], { applies: () => false }), results)).toBeUndefined();
  });
});

describe("a criterion", () => {
  const judged = (contrasts: readonly Contrast[], more: Partial<Criterion> = {}) =>
    judgeCriterion(criterion(contrasts, more), results);

  test("that fails only if every contrast does needs all of them", () => {
    const every = { fails: { contrasts: "every", any: [{ of: "high", is: "below", value: 0 }] } } as const;
    expect(judged([contrast(DOWN), contrast(UP)], every).verdict).toBe("inconclusive");
    expect(judged([contrast(DOWN), contrast(DOWN)], every).verdict).toBe("not shown");
    expect(judged([], every).verdict).toBe("inconclusive");
  });

  test("that fails otherwise is always decided, unless it has no contrast", () => {
    expect(judged([contrast(OPEN)], { fails: "otherwise" }).verdict).toBe("not shown");
    expect(judged([], { fails: "otherwise" }).verdict).toBe("inconclusive");
  });

  test("is judged by its deciding contrasts, and corrects the tests of all", () => {
    const reported = contrast(DOWN, { decides: false });
    const { verdict, contrasts } = judged([contrast(UP), reported]);
    expect(verdict).toBe("shown");
    expect(contrasts.map(({ verdict }) => verdict)).toEqual(["shown", "not shown"]);
    expect(contrasts[0]!.estimate.p).toBeCloseTo(2 * judged([contrast(UP)]).contrasts[0]!.estimate.p!, 10);
  });

  test("satisfies no bound on an interval with one seed, which is not in the family of tests", () => {
    const { contrasts } = judged([contrast([5]), contrast(UP)]);
    expect(contrasts[0]).toMatchObject({
      verdict: "inconclusive",
      estimate: { mean: 5, low: null, p: null },
    });
    expect(contrasts[1]!.estimate.p).toBe(judged([contrast(UP)]).contrasts[0]!.estimate.p);
  });

  /** Digits of the effect that is searched by halving an interval. */
  const SEARCH = 7;

  test("takes intervals over seeds and examples if these are known", () => {
    const crossed = UP.map((value) => [value - 3, value + 3, value]);
    const { estimate } = judged([contrast(UP, { crossed })]).contrasts[0]!;
    expect(estimate.mean).toBeCloseTo(1, 12);
    expect(estimate.high!).toBeGreaterThan(5 * meanInterval(UP).high!);
    expect(estimate.p!).toBeGreaterThan(0.5);
    expect(estimate.examples).toBe(3);
    const deviation = crossedEffect(crossed).standardError * Math.sqrt(3);
    expect(estimate.detectable).toBeCloseTo(detectableEffect({ n: 3, deviation }), SEARCH);
    expect(judged([contrast(UP)]).contrasts[0]!.estimate.examples).toBeNull();
  });

  test.each([
    ["above", [false, false, true]],
    ["at least", [false, true, true]],
    ["at most", [true, true, false]],
    ["below", [true, false, false]],
  ] as const)("compares a number that must be %s a value", (is, expected) => {
    const holds = [0.5, 1, 1.5].map(
      (mean) =>
        judged([contrast([mean])], { holds: [{ of: "mean", is, value: 1 }] }).contrasts[0]!.verdict ===
        "shown",
    );
    expect(holds).toEqual(expected);
  });

  test("finds equivalence by the 90% interval", () => {
    const values = [0.004, -0.004, 0.001];
    const { low, high } = meanInterval(values, 0.9);
    const { estimate } = judged([contrast(values)]).contrasts[0]!;
    expect(estimate.equivalence).toBe(Math.max(-low!, high!));
    expect(judged([contrast(values.map((value) => -value))]).contrasts[0]!.estimate.equivalence).toBe(
      estimate.equivalence,
    );
  });
});

test("the rule is written from the bounds", () => {
  expect(judge(claim([criterion([contrast(UP)])]), results)!.rule).toBe(
    "a difference: for every contrast the lower end of its interval is above 0. The claim is not shown if for any contrast the upper end of its interval is at most 0.",
  );
});

test("an interval excludes an effect on either side of it", () => {
  const interval = { mean: 2, low: 1, high: 3 };
  expect([0, 1, 2, 3, 4].map((effect) => excludes(interval, effect))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(excludes({ mean: 2, low: null, high: null }, 9)).toBe(false);
});
