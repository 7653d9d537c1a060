import { expect, test } from "vitest";
import { holm, meanInterval, pairedDifference, pairedTest } from "./interval.ts";

test("the interval of 1, 2, 3 is 2 +- 4.3027 / sqrt 3", () => {
  const { mean, low, high } = meanInterval([1, 2, 3]);
  expect(mean).toBe(2);
  expect(high! - mean).toBeCloseTo(4.302652729911275 / Math.sqrt(3), 9);
  expect(mean - low!).toBeCloseTo(high! - mean, 12);
});

test("two values have an interval: 0 and 2 are 1 +- 12.7062", () => {
  const { mean, low, high } = meanInterval([0, 2]);
  expect(mean).toBe(1);
  expect(high! - mean).toBeCloseTo(12.706204736432095, 9);
  expect(low! + high!).toBeCloseTo(2, 12);
});

test("one value has no interval", () => {
  expect(meanInterval([0.5])).toEqual({ mean: 0.5, low: null, high: null });
});

test("pairing removes a seed's common effect", () => {
  const a = new Map([
    [1, 0.5],
    [2, 0.7],
    [3, 0.9],
  ]);
  const b = new Map([
    [3, 0.8],
    [2, 0.6],
    [1, 0.4],
    [4, 0],
  ]);
  const { mean, low, high } = pairedDifference(a, b)!;
  expect(mean).toBeCloseTo(0.1, 12);
  expect(high! - low!).toBeLessThan(1e-12);
});

test("runs without a seed in common cannot be paired", () => {
  expect(pairedDifference(new Map([[1, 1]]), new Map([[2, 1]]))).toBeUndefined();
});

test("the paired t test agrees with SciPy, also in its limiting cases", () => {
  // scipy.stats.ttest_1samp([.4, -.2, .1, .3, -.1], 0)
  const differences = [0.4, -0.2, 0.1, 0.3, -0.1];
  expect(pairedTest(differences)).toBeCloseTo(0.43002, 4);
  expect(pairedTest(differences.map((value) => -value))).toBeCloseTo(0.43002, 4);
  expect(pairedTest([0, 0, 0])).toBe(1);
  expect(pairedTest([0.5, 0.5])).toBe(0);
});

test("Holm's correction keeps the order of p-values and never exceeds 1", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
