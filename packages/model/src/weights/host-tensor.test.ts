import { expect, test } from "vitest";
import { firstNonFinite } from "./host-tensor.ts";

test("finite values pass, however large their sum", () => {
  expect(firstNonFinite(new Float32Array(0))).toBe(-1);
  expect(firstNonFinite(new Float32Array(1_001).fill(3.4e38))).toBe(-1);
  expect(firstNonFinite(Float32Array.of(1e-45, -3.4e38, 0, -0, 1))).toBe(-1);
});

test("the first value that is not finite is found, wherever it is", () => {
  for (let length = 1; length <= 9; length++)
    for (let at = 0; at < length; at++)
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const values = new Float32Array(length).fill(1);
        values[at] = value;
        expect(firstNonFinite(values)).toBe(at);
        values[length - 1] = Number.NEGATIVE_INFINITY;
        expect(firstNonFinite(values)).toBe(at);
      }
});
