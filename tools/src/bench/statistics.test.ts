import { expect, test } from "vitest";
import { relativeError, spread } from "./statistics.ts";

test("the median of an even number of samples lies between the middle two, whatever their order", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
  expect(spread([9, 1, 5])).toEqual({ median: 5, low: 1, high: 9 });
});

test("the error is relative to the largest expected value, so that noise around zero does not count as an error", () => {
  expect(relativeError([100, 1e-6], [100, 0])).toBeCloseTo(1e-8);
  expect(relativeError([99, 0], [100, 0])).toBeCloseTo(0.01);
});

test("results that are not comparable are infinitely far apart", () => {
  expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([1], [0])).toBe(Number.POSITIVE_INFINITY);
  expect(relativeError([0], [0])).toBe(0);
});
