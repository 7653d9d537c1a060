import { describe, expect, test } from "vitest";
import { fineTuning, floorOf, modelOfRow, nullRatio, ratioAbove, rowsOf } from "./noise.ts";
import { comparison } from "./testing/comparisons.ts";

const run = comparison("fine-tuning", [0.3, 0.8], { otherStep: 9 });
const at = (step: number) => ({ step, otherStep: step });

describe("the floor of a run is the mean", () => {
  test("of its halves, at its first and last checkpoint", () => {
    const rows = [
      comparison("halves", [0.1, 0.2], at(0)),
      comparison("halves", [0.2, 0.4], at(9)),
      comparison("halves", [0.9, 0.9], at(4)),
      comparison("halves", [0.9, 0.9], { ...at(0), seed: 2 }),
      comparison("splits", [0.9, 0.9], at(0)),
    ];
    const { nodes, edges, edgeJaccard } = floorOf(rows, "halves", run)!;
    expect([nodes, edges, edgeJaccard].map((value) => value.toFixed(3))).toEqual(["0.150", "0.300", "0.850"]);
    expect(floorOf(rows.slice(2), "halves", run)).toBeUndefined();
  });

  test("over the seeds that its last circuit is compared with, from either side", () => {
    const rows = [
      comparison("seeds", [0.1, 0.2], { ...at(9), seed: 2, otherSeed: 1 }),
      comparison("seeds", [0.3, 0.6], { ...at(9), seed: 1, otherSeed: 3 }),
      comparison("seeds", [0.9, 0.9], { ...at(9), seed: 3, otherSeed: 2 }),
      comparison("seeds", [0.9, 0.9], { ...at(4), seed: 2, otherSeed: 1 }),
      comparison("seeds", [0.9, 0.9], { ...at(9), seed: 2, otherSeed: 1, plan: "other" }),
    ];
    expect(rowsOf(rows, "seeds", run)).toEqual(rows.slice(0, 2));
    expect(floorOf(rows, "seeds", run)!.edges).toBeCloseTo(0.4, 12);
  });
});

test("chance is that which imitates the change: of the same run, from the same checkpoint to the same", () => {
  const steps = (step: number, otherStep: number, seed = 1) =>
    comparison("jitter", [0.1, 0.3], { step, otherStep, seed });
  const rows = [steps(0, 9), steps(0, 4), steps(4, 9), steps(0, 9, 2)];
  expect(rowsOf(rows, "jitter", run)).toEqual([rows[0]]);
  expect(rowsOf(rows, "jitter", comparison("transition", [0, 0], { step: 4, otherStep: 9 }))).toEqual([
    rows[2],
  ]);
  expect(rowsOf(rows, "churn", run)).toEqual([]);
});

test("the ratio is that of the changes above the floor; undefined ones are infinite", () => {
  expect(ratioAbove({ edgeChangeRate: 0.9, nodeChangeRate: 0.3 })).toBeCloseTo(3, 12);
  expect(ratioAbove({ edgeChangeRate: 0.9, nodeChangeRate: 0.3 }, { edges: 0.5, nodes: 0.2 })).toBeCloseTo(
    4,
    12,
  );
  for (const edgeChangeRate of [0.9, 0.5, 0.4])
    expect(ratioAbove({ edgeChangeRate, nodeChangeRate: 0.2 }, { edges: 0.5, nodes: 0.2 })).toBe(
      Number.POSITIVE_INFINITY,
    );
});

test("the null ends at the 95th percentile of its ratios, above the same floor", () => {
  const draws = Array.from({ length: 101 }, (_, i) =>
    comparison("jitter", [0.3, 0.4 + 0.2 * (i / 100)], { otherStep: 9, index: i + 1 }),
  );
  expect(nullRatio(draws.toReversed(), "jitter", run)).toBeCloseTo((0.4 + 0.2 * 0.95) / 0.3, 10);
  const floor = { nodes: 0.2, edges: 0.2, edgeJaccard: 1 };
  expect(nullRatio(draws, "jitter", run, floor)).toBeCloseTo((0.2 + 0.2 * 0.95) / 0.1, 10);
  expect(nullRatio(draws, "churn", run)).toBeUndefined();
  const still = (from: number) =>
    draws.map((row, i) => ({ ...row, nodeChangeRate: i < from ? row.nodeChangeRate : 0.2 }));
  expect(nullRatio(still(96), "jitter", run, floor)).toBeCloseTo((0.2 + 0.2 * 0.95) / 0.1, 10);
  expect(nullRatio(still(9).slice(0, 10), "jitter", run, floor)).toBe(Number.POSITIVE_INFINITY);
  expect(nullRatio(still(95), "jitter", run, floor)).toBe(Number.POSITIVE_INFINITY);
  expect(fineTuning([run, ...draws])).toEqual([run]);
});

test("a comparison is of the model that its checkpoint is", () => {
  const model = (step: number, plan = "probe") =>
    modelOfRow([run], comparison("halves", [0, 0], { ...at(step), plan }));
  expect([0, 4, 9].map((step) => model(step))).toEqual(["pre-trained", "during fine-tuning", "fine-tuned"]);
  expect(model(0, "random model")).toBe("random");
});
