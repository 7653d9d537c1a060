import { meanInterval, pairedTest } from "@ft/statistics";
import { expect, test } from "vitest";
import {
  describeCoverage,
  examplesOf,
  intervalOf,
  seedEffect,
  shareInterval,
  testOf,
} from "./seed-values.ts";

/** Sums of a few numbers below 10. */
const ROUNDING = 12;
const errorOf = (crossed: readonly (readonly number[])[]) => {
  const values = crossed.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  return seedEffect({ values, crossed });
};

test("a constant difference on every example leaves only the spread of seeds", () => {
  // Every example has its seed's value: means 1, 2 and 3, s = 1, se = 1 / sqrt(3); no interaction.
  const crossed = [1, 2, 3].map((value) => [value, value, value, value]);
  const { mean, standardError, degreesOfFreedom } = errorOf(crossed);
  expect(mean).toBeCloseTo(2, ROUNDING);
  expect(standardError).toBeCloseTo(1 / Math.sqrt(3), ROUNDING);
  expect(degreesOfFreedom).toBe(2);
});

test("if only examples vary, the error is that of the mean over examples", () => {
  // Columns 0, 0, 1, 1: s^2 = 1 / 3 over 4 examples.
  const { mean, standardError } = errorOf([1, 2].map(() => [0, 0, 1, 1]));
  expect(mean).toBeCloseTo(0.5, ROUNDING);
  expect(standardError).toBeCloseTo(Math.sqrt(1 / 12), ROUNDING);
});

test("variances of seeds and examples add up, without the interaction counted twice", () => {
  // Additive: rows -1, 0, 1 (s^2 = 1, over 3) and columns 0, 0, 3, 3 (s^2 = 3, over 4).
  const additive = [-1, 0, 1].map((row) => [0, 0, 3, 3].map((column) => row + column));
  expect(errorOf(additive).standardError).toBeCloseTo(Math.sqrt(1 / 3 + 3 / 4), ROUNDING);
  // [[1, 0], [0, 1]]: rows and columns are equal, all is interaction, which is not less than nothing.
  expect(
    errorOf([
      [1, 0],
      [0, 1],
    ]).standardError,
  ).toBe(0);
});

test("without variance over examples, interval and p are those over seeds alone", () => {
  const values = [0.01, 0.03, 0.08];
  const crossed = values.map((value) => [value, value, value]);
  for (const level of [0.9, 0.95]) {
    const [both, seeds] = [intervalOf({ values, crossed }, level), intervalOf({ values }, level)];
    expect(seeds).toEqual(meanInterval(values, level));
    for (const end of ["mean", "low", "high"] as const) expect(both[end]).toBeCloseTo(seeds[end]!, ROUNDING);
  }
  expect(testOf({ values })).toBe(pairedTest(values));
  expect(testOf({ values, crossed })).toBeCloseTo(pairedTest(values), ROUNDING);
});

test("the p-value has the interval's standard error: it is 5% where the interval ends at 0", () => {
  /** Quantiles of t are computed to 5e-8 of their value. */
  const QUANTILE = 6;
  const crossed = [-1, 0, 1].map((row) => [0, 0, 3, 3].map((column) => row + column));
  const { mean, low } = intervalOf({ values: [0.5, 1.5, 2.5], crossed });
  const shifted = crossed.map((row) => row.map((value) => value - low!));
  const values = [0.5, 1.5, 2.5].map((value) => value - low!);
  expect(mean).toBeCloseTo(1.5, ROUNDING);
  expect(testOf({ values, crossed: shifted })).toBeCloseTo(0.05, QUANTILE);
});

test("a single seed has no interval", () => {
  expect(intervalOf({ values: [0.5] })).toEqual({ mean: 0.5, low: null, high: null });
});

test("coverage names the numbers of seeds and examples", () => {
  const known = {
    values: [1, 2],
    crossed: [
      [1, 1, 1],
      [2, 2, 2],
    ],
  };
  expect(examplesOf(known)).toBe(3);
  expect(examplesOf({ values: [1, 2] })).toBeNull();
  const of = (seeds: number, examples: number | null) => ({ seeds, examples });
  expect(describeCoverage([of(10, 1000)])).toBe("10 seeds and 1,000 examples");
  expect(describeCoverage([of(3, null), of(5, null)])).toBe("3 to 5 seeds");
  expect(describeCoverage([of(3, 250), of(3, 1000)])).toBe("3 seeds and 250 to 1,000 examples");
  expect(describeCoverage([of(3, null), of(3, 1000)])).toBe("3 seeds and for some 1,000 examples");
});

test("an interval of shares ends at 0 and 1, and a single one has none", () => {
  expect(shareInterval({ values: [0.9, 1] })).toMatchObject({ mean: 0.95, high: 1 });
  expect(shareInterval({ values: [0, 0.1] }).low).toBe(0);
  const inside = { values: [0.5, 0.51] };
  expect(shareInterval(inside)).toEqual(intervalOf(inside));
  expect(shareInterval({ values: [0.5] })).toEqual({ mean: 0.5, low: null, high: null });
});
