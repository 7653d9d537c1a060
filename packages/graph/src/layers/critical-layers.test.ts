import { describe, expect, test } from "vitest";
import { criticalLayers, defaultCritical } from "./critical-layers.ts";

describe("criticalLayers", () => {
  const sums = Float64Array.of(9, 1, 4, 8, 2, 1);

  test("are the layers with the largest sums", () => {
    expect(criticalLayers(sums, 3)).toEqual([0, 3, 2]);
  });

  test("by mean and standard deviation are those that reach their sum", () => {
    // The mean is 25/6 and the standard deviation sqrt(377)/6: 7.4 together.
    expect(criticalLayers(sums, "mean-plus-sd")).toEqual([0, 3]);
    expect(criticalLayers(Float64Array.of(2, 2, 2), "mean-plus-sd")).toEqual([0, 1, 2]);
    // The population's standard deviation, here 1: that of a sample, sqrt 2, would leave none.
    expect(criticalLayers(Float64Array.of(0, 2), "mean-plus-sd")).toEqual([1]);
  });

  test("are by default 5 of 24, scaled to the depth", () => {
    expect([24, 12, 8, 4, 1].map(defaultCritical)).toEqual([5, 3, 2, 1, 1]);
    expect(criticalLayers(sums)).toEqual([0]);
  });

  test("cannot be more than there are layers", () => {
    expect(() => criticalLayers(sums, 7)).toThrow(/critical\n.*7\n.*at most 6/);
  });
});
