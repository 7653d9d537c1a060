/** Means over seeds with their uncertainty, and tests of their differences. */
import jstat from "jstat";

/** A mean and the ends of its confidence interval; the ends are null for fewer than two values. */
export interface Interval {
  mean: number;
  low: number | null;
  high: number | null;
}

/**
 * The mean of a sample with Student's t interval: mean +- t(n - 1) s / sqrt(n).
 *
 * @param values at least one
 * @param level confidence. @default 0.95
 */
export function meanInterval(values: readonly number[], level = 0.95): Interval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, low: null, high: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = jstat.studentt.inv((1 + level) / 2, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half };
}

/**
 * a - b for the keys that both have: runs with the same seed share their data order, so pairing removes the seed's
 * common effect.
 */
export function differences(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number[] {
  return [...a].filter(([key]) => b.has(key)).map(([key, value]) => value - b.get(key)!);
}

/** The mean of {@link differences} with its interval; undefined if no key is shared. */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Interval | undefined {
  const paired = differences(a, b);
  return paired.length > 0 ? meanInterval(paired) : undefined;
}

/**
 * The two-sided p-value of paired differences being 0 on average (Student's t test).
 *
 * @param paired at least two
 */
export function pairedTest(paired: readonly number[]): number {
  const { mean, low } = meanInterval(paired);
  if (mean === 0) return 1;
  const half = mean - low!;
  if (half === 0) return 0;
  const t = (Math.abs(mean) * jstat.studentt.inv(0.975, paired.length - 1)) / half;
  return 2 * (1 - jstat.studentt.cdf(t, paired.length - 1));
}

/**
 * Holm's correction of p-values for a family of tests (Holm 1979): the k-th smallest of m becomes the largest, over
 * those up to it, of (m - j + 1) p_j, at most 1.
 *
 * @returns the adjusted values, in the order given; a test is significant while its value is below the family's level
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length);
  let largest = 0;
  order.forEach((test, k) => {
    largest = Math.max(largest, Math.min(1, (values.length - k) * values[test]!));
    adjusted[test] = largest;
  });
  return adjusted;
}
