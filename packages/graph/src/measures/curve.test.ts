import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { edgeCount } from "../select/rank.ts";
import { faithfulnessCurve, mibFractions } from "./curve.ts";

/** The curve whose faithfulness has these values at MIB's fractions. */
const curveOf = (values: readonly number[], model = 1, empty = 0) => {
  const metrics = values.map((value) => empty + value * (model - empty));
  const points = mibFractions.map((fraction, i) => ({ fraction, metric: metrics[i]! }));
  return faithfulnessCurve(points, model, empty)!;
};

describe("CPR and CMD", () => {
  test("are MIB's for a curve computed by its code", () => {
    const { cpr, cmd, average } = curveOf([0, 0, 0, 0, 0, 0, 0.5, 0.8, 1.1, 1]);
    expect(cpr).toBeCloseTo(0.8875, 12);
    expect(cmd).toBeCloseTo(0.1915, 12);
    expect(average).toBeCloseTo(0.34, 12);
  });

  test("are not divided by the range of fractions: always faithful is 0.999 and 0", () => {
    const { cpr, cmd } = curveOf(Array(10).fill(1));
    expect(cpr).toBeCloseTo(0.999, 12);
    expect(cmd).toBe(0);
  });

  test("do not depend on the metric's scale and zero, not even for a negative logit difference", () => {
    const values = [0.1, -0.2, 0.3, 0.5, 0.6, 0.9, 1.2, 1.1, 1, 1];
    const { cpr, cmd } = curveOf(values);
    const other = curveOf(values, -3, 2);
    expect(other.cpr).toBeCloseTo(cpr, 12);
    expect(other.cmd).toBeCloseTo(cmd, 12);
  });

  test("do not depend on the order of points", () => {
    const points = [
      { fraction: 1, metric: 1 },
      { fraction: 0, metric: 0 },
      { fraction: 0.5, metric: 0.2 },
    ];
    const { cpr, cmd, faithfulness } = faithfulnessCurve(points, 1, 0)!;
    expect(cpr).toBeCloseTo((0.5 * 0.2) / 2 + (0.5 * 1.2) / 2, 12);
    expect(cmd).toBeCloseTo((0.5 * 1.8) / 2 + (0.5 * 0.8) / 2, 12);
    expect(faithfulness.map(({ fraction }) => fraction)).toEqual([0, 0.5, 1]);
  });
});

test("a model with the corrupted run's metric has no curve", () => {
  expect(faithfulnessCurve([{ fraction: 1, metric: 1 }], 2, 2)).toBeUndefined();
});

test("MIB's fractions of GPT-2 small's edges, rounded down", () => {
  const graph = createGraph({ layers: 12, heads: 12, parallel: false });
  expect(mibFractions.map((fraction) => edgeCount(graph, fraction))).toEqual([
    32, 64, 162, 324, 649, 1624, 3249, 6498, 16245, 32491,
  ]);
});
