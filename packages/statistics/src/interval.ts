/** Means with their uncertainty. */
import { studentQuantile } from "./student.ts";

/** A mean and the ends of its confidence interval; the ends are null if the spread is unknown. */
export interface Interval {
  mean: number;
  low: number | null;
  high: number | null;
}

/** An interval whose ends are known. */
export interface BoundedInterval extends Interval {
  low: number;
  high: number;
}

/** An estimated mean with its standard error, and the degrees of freedom that this has. */
export interface Effect {
  mean: number;
  standardError: number;
  degreesOfFreedom: number;
}

/** The mean of at least one value. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The variance of at least two values, over n - 1. */
export function variance(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

/** The standard error of the mean of at least two independent values. */
export function standardError(values: readonly number[]): number {
  return Math.sqrt(variance(values) / values.length);
}

/** The mean of at least two independent values as an effect. */
export function effectOf(values: readonly number[]): Effect {
  return { mean: mean(values), standardError: standardError(values), degreesOfFreedom: values.length - 1 };
}

/** Student's interval around an estimate: estimate +- t(degreesOfFreedom) standardError. */
export function studentInterval(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  level: number,
): BoundedInterval {
  const half = studentQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return { mean: estimate, low: estimate - half, high: estimate + half };
}

/**
 * The mean of a sample with Student's t interval: mean +- t(n - 1) s / sqrt(n). A single value has no interval.
 *
 * @param values at least one
 * @param level confidence. @default 0.95
 */
export function meanInterval(values: readonly number[], level = 0.95): Interval {
  const n = values.length;
  if (n < 2) return { mean: mean(values), low: null, high: null };
  return studentInterval(mean(values), standardError(values), n - 1, level);
}

/**
 * The quantile of sorted values, interpolated linearly between neighbours (NumPy's and R's default, type 7).
 *
 * @param sorted at least one value, ascending
 */
export function sampleQuantile(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (at - below) * (high - low);
}
