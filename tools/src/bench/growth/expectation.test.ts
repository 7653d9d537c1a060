import { expect, test } from "vitest";
import { axes } from "./axes.ts";
import { cpuDeviation, expectedCpu, flopsDeviation } from "./expectation.ts";
import type { GrowthPoint } from "./measure-growth.ts";

const { setup } = axes.examples.series[0]!;
const values = [1, 2, 4, 8, 16];
const pointsOf = (flops: (value: number) => number): GrowthPoint[] =>
  values.map((value) => ({ value, cpu: 3 * value, flops: flops(value), operations: 1 }));

test("time is expected to follow arithmetic from the first to the last point, on top of a fixed cost", () => {
  const points = pointsOf((n) => 100 * n + 7);
  expect(expectedCpu(points).map(Math.round)).toEqual([3, 6, 12, 24, 48]);
  expect(cpuDeviation(points)).toBeCloseTo(0);
  points[1]!.cpu = 9;
  expect(cpuDeviation(points)).toBeCloseTo(0.5);
});

test("a polynomial of the expected degree has no deviation, one of a higher degree has", () => {
  const series = { setup, values, degree: 2 as const };
  expect(flopsDeviation({ ...series, points: pointsOf((n) => 5 + 2 * n + 3 * n * n) })).toBeCloseTo(0);
  expect(Math.abs(flopsDeviation({ ...series, points: pointsOf((n) => n ** 3) })!)).toBeGreaterThan(0.1);
});

test("where theory gives no formula there is no deviation from it", () => {
  expect(flopsDeviation({ setup, values, points: pointsOf((n) => n) })).toBeUndefined();
});
