import { pairedTest, poolTasks } from "@ft/statistics";
import { describe, expect, test } from "vitest";
import type { Claim, Contrast, Criterion } from "../claims/claim.ts";
import { control } from "../claims/claim.ts";
import { finished } from "../testing/finished.ts";
import { results } from "../testing/results.ts";
import { judgeClaims, judgeOverTasks } from "./judge-tasks.ts";

/** Values of each task's contrasts, by experiment. */
type Made = Record<string, readonly Contrast[]>;

const contrast = (values: readonly number[], more: Partial<Contrast> = {}): Contrast => ({
  name: "a minus b",
  values,
  rows: [],
  ...more,
});

/** A claim whose only criterion has these contrasts, and experiments with them. */
function judged(
  made: Made,
  more: Partial<Claim> = {},
  experiments = Object.keys(made).map((n) => finished(n)),
) {
  const criterion: Criterion = {
    measure: "a difference",
    contrasts: ({ experiment }) => made[experiment]!,
    holds: [{ of: "low", is: "above", value: 0 }],
    fails: { contrasts: "some", any: [{ of: "high", is: "at most", value: 0 }] },
  };
  const claim: Claim = {
    ...{ id: "made-up", claim: "A made-up claim", question: "?", source: "nobody" },
    ...{ applies: () => true, criteria: [criterion], controls: [], evidence: () => ["said."] },
    ...more,
  };
  return judgeOverTasks(claim, experiments)!;
}

const [UP, WIDE, DOWN] = [
  [1, 1.1, 0.9],
  [3, -1, 1],
  [-1, -1.1, -0.9],
];

test("an experiment on the same examples with the same contrasts is not judged again", () => {
  const made = {
    one: [contrast(UP)],
    extended: [contrast(UP)],
    other: [contrast(UP, { name: "c minus d" })],
  };
  const experiments = Object.keys(made).map((name) => finished(name, {}, "the same"));
  const found = judged(made, {}, experiments);
  expect(found.tasks.map(({ experiment }) => experiment)).toEqual(["one", "other"]);
  expect(judged(made).tasks).toHaveLength(3);
});

describe("contrasts of one name are pooled over tasks", () => {
  test("each task counting the same, with the pooled interval, p and margin of equivalence", () => {
    const { pooled, tasks } = judged({ one: [contrast(UP)], two: [contrast(WIDE)] });
    const { mean, low, high } = poolTasks([UP, WIDE]);
    const ninety = poolTasks([UP, WIDE], "mean", 0.9);
    expect(pooled).toHaveLength(1);
    expect(pooled[0]).toMatchObject({ tasks: ["one", "two"], estimate: { mean, low, high, seeds: 6 } });
    expect(pooled[0]!.values).toEqual([1, 1]);
    expect(pooled[0]!.estimate.equivalence).toBe(Math.max(-ninety.low, ninety.high));
    expect(tasks.map(({ finding }) => finding.verdict)).toEqual(["shown", "inconclusive"]);
  });

  test("and their tests are corrected as one family", () => {
    const both = (name: string) => ({ name, values: UP, rows: [] });
    const single = judged({ one: [contrast(UP)], two: [contrast(UP)] }).pooled[0]!.estimate.p!;
    const twice = judged({ one: [both("x"), both("y")], two: [both("x"), both("y")] }).pooled;
    expect(twice.map(({ estimate }) => estimate.p)).toEqual([2 * single, 2 * single]);
    expect(single).toBeLessThan(pairedTest(UP));
  });

  test("with intervals over examples too if these are known", () => {
    const crossed = UP.map((value) => [value - 3, value + 3, value]);
    const [over] = judged({ one: [contrast(UP, { crossed })], two: [contrast(UP)] }).pooled;
    const [seeds] = judged({ one: [contrast(UP)], two: [contrast(UP)] }).pooled;
    expect(over!.estimate.high).toBeGreaterThan(seeds!.estimate.high!);
    const [both] = judged({ one: [contrast(UP, { crossed })], two: [contrast(UP, { crossed })] }).pooled;
    expect([over, seeds, both].map((pooled) => pooled!.estimate.examples)).toEqual([null, null, 6]);
  });

  test("without interval or p-value if no task has spread", () => {
    const [pooled] = judged({ one: [contrast([1, 1])], two: [contrast([3, 3])] }).pooled;
    expect(pooled!.estimate).toMatchObject({ mean: 2, low: null, high: null, p: null, equivalence: null });
  });

  test("unless they have one value, or tasks have nothing in common there, or there is one task", () => {
    expect(judged({ one: [contrast([1])], two: [contrast(UP)] }).pooled).toEqual([]);
    const steps = [contrast(UP, { comparable: false })];
    expect(judged({ one: steps, two: steps }).pooled).toEqual([]);
    expect(judged({ one: [contrast(UP)], two: [contrast(UP, { name: "c minus d" })] }).pooled).toEqual([]);
  });

  test("once per dataset, and for each base model on its own", () => {
    const made = { one: [contrast(UP)], more: [contrast(DOWN)], two: [contrast(UP)] };
    const same = [finished("one"), finished("more", {}, "one"), finished("two")];
    expect(judged(made, {}, same).pooled[0]!.tasks).toEqual(["one", "two"]);
    const model = { ...results.model, name: "larger" };
    const apart = [finished("one"), finished("more"), finished("two", { model })];
    expect(judged(made, {}, apart).pooled.map(({ name, tasks }) => [name, tasks])).toEqual([
      ["a minus b, tiny", ["one", "more"]],
    ]);
  });
});

describe("a claim over tasks is", () => {
  const verdict = (...args: Parameters<typeof judged>) => judged(...args).verdict;

  test("judged by the pooled contrasts", () => {
    expect(verdict({ one: [contrast(UP)], two: [contrast(UP)] })).toBe("shown");
    expect(verdict({ one: [contrast(DOWN)], two: [contrast(DOWN)] })).toBe("not shown");
    expect(verdict({ one: [contrast(WIDE)], two: [contrast(WIDE)] })).toBe("inconclusive");
    expect(verdict({ one: [contrast(UP)], two: [contrast([0.01, 0.02, -0.02])] })).toBe("shown");
  });

  test("by those that decide", () => {
    const reported = contrast(DOWN, { name: "c minus d", decides: false });
    expect(verdict({ one: [contrast(UP), reported], two: [contrast(UP), reported] })).toBe("shown");
  });

  test("without pooled contrasts, shown if it holds in every task and not shown if it fails in one", () => {
    const own = (values: readonly number[]) => [contrast(values, { comparable: false })];
    expect(verdict({ one: own(UP), two: own(UP) })).toBe("shown");
    expect(verdict({ one: own(UP), two: own(WIDE) })).toBe("inconclusive");
    expect(verdict({ one: own(UP), two: own(DOWN) })).toBe("not shown");
  });

  test("by the tasks that measured every control; without any, inconclusive, and the control is named with the tasks", () => {
    const only = (names: readonly string[]) => ({
      controls: [control("noise", ({ experiment }) => names.includes(experiment))],
    });
    const made = { one: [contrast(UP)], two: [contrast(UP)], three: [contrast(DOWN)] };
    const found = judged(made, only(["one", "two"]));
    expect(found).toMatchObject({ verdict: "shown", usable: ["one", "two"] });
    expect(found.pooled[0]!.tasks).toEqual(["one", "two"]);
    expect(found.controls).toEqual([{ name: "noise", measured: ["one", "two"] }]);
    const none = judged({ one: [contrast(UP)], two: [contrast(UP)] }, only([]));
    expect(none).toMatchObject({ verdict: "inconclusive", usable: ["one", "two"] });
    expect(none.missing).toEqual([{ part: "noise", experiments: ["one", "two"] }]);
    expect(verdict({ one: [contrast(DOWN)], two: [contrast(DOWN)] }, only([]))).toBe("not shown");
  });

  test("about the tasks whose setting can decide it; without any, all are pooled and decide nothing", () => {
    const only = (names: readonly string[]) => ({
      preconditions: [control("a setting", ({ experiment }) => names.includes(experiment))],
    });
    const made = { one: [contrast(UP)], two: [contrast(UP)], three: [contrast(DOWN)] };
    const two = judged(made, only(["one", "two"]));
    expect(two).toMatchObject({ verdict: "shown", usable: ["one", "two"] });
    expect(two.pooled[0]!.tasks).toEqual(["one", "two"]);
    expect(two.tasks).toHaveLength(3);
    const none = judged({ one: [contrast(UP)], two: [contrast(UP)] }, only([]));
    expect(none).toMatchObject({ verdict: "inconclusive", usable: [] });
    expect(none.pooled).toHaveLength(1);
  });

  test("not judged if no experiment is about it", () => {
    const found = judgeClaims([finished("one", { circuits: [], changes: [] })]);
    expect(found.map(({ claim }) => claim.id)).not.toContain("faithful");
    expect(found.map(({ claim }) => claim.id)).toContain("gain");
  });
});
