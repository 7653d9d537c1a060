/** What theory expects of a series, and how far measurements are from it. */
import type { GrowthPoint, MeasuredSeries } from "./measure-growth.ts";

/**
 * CPU milliseconds of each point if its arithmetic came on top of a fixed cost, at a fixed speed: both are such that the
 * first and the last point, of different arithmetic, are as measured.
 */
export function expectedCpu(points: readonly GrowthPoint[]): number[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  const perFlop = (last.cpu - first.cpu) / (last.flops - first.flops);
  return points.map(({ flops }) => first.cpu + perFlop * (flops - first.flops));
}

/** The largest distance of a point's CPU time from {@link expectedCpu}, relative to that: 0.1 is 10% more. */
export function cpuDeviation(points: readonly GrowthPoint[]): number {
  const expected = expectedCpu(points);
  return largest(points.map(({ cpu }, i) => cpu / expected[i]! - 1));
}

/**
 * The largest distance of a point's counted arithmetic from the polynomial through as many of the points as it has
 * coefficients, spread over the series, relative to that; undefined where no degree is expected.
 */
export function flopsDeviation({ degree, points }: MeasuredSeries): number | undefined {
  if (degree === undefined) return undefined;
  const through = Array.from(
    { length: degree + 1 },
    (_, i) => points[Math.round((i * (points.length - 1)) / degree)]!,
  );
  return largest(points.map(({ value, flops }) => flops / interpolate(through, value) - 1));
}

/** Lagrange's polynomial through all points, at a value. */
function interpolate(through: readonly GrowthPoint[], at: number): number {
  return through.reduce((sum, point) => {
    const others = through.filter((other) => other !== point);
    return (
      sum + others.reduce((term, { value }) => (term * (at - value)) / (point.value - value), point.flops)
    );
  }, 0);
}

/** The number farthest from 0. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
}
