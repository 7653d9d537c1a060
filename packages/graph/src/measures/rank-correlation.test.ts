import { expect, test } from "vitest";
import { rankCorrelation } from "./rank-correlation.ts";

test("only the order matters", () => {
  expect(rankCorrelation([1, 2, 3, 4], [0.1, 5, 700, 8000])).toBe(1);
  expect(rankCorrelation([1, 2, 3, 4], [3, 2, 1, 0])).toBe(-1);
});

test("agrees with SciPy's spearmanr, with and without ties", () => {
  expect(rankCorrelation([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8])).toBeCloseTo(
    0.19885368120992467,
    12,
  );
  expect(rankCorrelation([0.3, -1.2, 2.5, 0.9, -0.4], [1.1, 0.2, 3.0, -0.7, 0.5])).toBeCloseTo(0.4, 12);
});

test("is undefined without an order", () => {
  expect(rankCorrelation([2, 2, 2], [1, 2, 3])).toBeUndefined();
});
