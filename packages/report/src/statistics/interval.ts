/** Means over seeds with their uncertainty. */
import jstat from "jstat";

/** A mean and the ends of its confidence interval; the ends are null where fewer than two values say nothing of it. */
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
 * The mean of a - b over the keys both have, with its interval: runs of one seed share their data order, so that
 * pairing takes out what the seed does to both. Undefined where no key is shared.
 */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): Interval | undefined {
  const differences = [...a].filter(([key]) => b.has(key)).map(([key, value]) => value - b.get(key)!);
  return differences.length > 0 ? meanInterval(differences) : undefined;
}
