import { describe, expect, test } from "vitest";
import { expectAllClose, maxRelativeError } from "./all-close.ts";

describe("maxRelativeError", () => {
  test("is the largest difference over the largest expected value", () => {
    expect(maxRelativeError([1, 2, -3.5], [1, 2, -4])).toBeCloseTo(0.125);
    expect(maxRelativeError([0, 0.25], [0, 0])).toBe(0.25);
  });

  test("is NaN if a value is NaN", () => {
    expect(maxRelativeError([1, Number.NaN, 5], [1, 2, 3])).toBeNaN();
  });
});

describe("expectAllClose", () => {
  test("accepts values within the tolerance, and infinities in the same place", () => {
    expectAllClose([1, 2.00001], [1, 2]);
    expectAllClose([0.1, 0], [0, 0], { absolute: 0.1 });
    expectAllClose([Number.NEGATIVE_INFINITY], [Number.NEGATIVE_INFINITY]);
  });

  test("names the worst element otherwise", () => {
    expect(() => expectAllClose([1, 2.1, 3], [1, 2, 3])).toThrow(/element 1 of 3 is 2.1, expected 2/);
    expect(() => expectAllClose([1, Number.NaN], [1, 2])).toThrow(/element 1/);
    expect(() => expectAllClose([1], [1, 2])).toThrow("1 elements, expected 2");
  });
});
