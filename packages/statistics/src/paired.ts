/** Tests of differences between two methods, paired by seed, and Holm's correction over several of them. */
import { type BoundedInterval, mean, standardError, studentInterval } from "./interval.ts";
import { type Alternative, studentTest } from "./student.ts";

/**
 * a - b for the keys that both have: runs with the same seed share their data order, so pairing removes the seed's
 * common effect.
 */
export function differences(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number[] {
  return [...a].filter(([key]) => b.has(key)).map(([key, value]) => value - b.get(key)!);
}

/**
 * The p-value of paired differences being 0 on average (Student's t test): t = mean / (s / sqrt(n)) with n - 1 degrees of
 * freedom.
 *
 * @param paired at least two
 */
export function pairedTest(paired: readonly number[], alternative: Alternative = "two-sided"): number {
  return studentTest(mean(paired), standardError(paired), paired.length - 1, alternative);
}

/** The result of two one-sided tests. */
export interface Equivalence {
  /** The p-value of the mean being at most -margin. */
  below: number;
  /** The p-value of the mean being at least margin. */
  above: number;
  /** The larger of the two: the difference is within the margin if it is below the level. */
  p: number;
  /** The 1 - 2 level interval, which is inside (-margin, margin) exactly if p < level. */
  interval: BoundedInterval;
  equivalent: boolean;
}

/**
 * Whether paired differences are within a margin on average: two one-sided t tests (Schuirmann 1987).
 *
 * @param paired at least two
 * @param margin above 0, in the unit of the differences
 * @param level of each test. @default 0.05
 */
export function equivalenceTest(paired: readonly number[], margin: number, level = 0.05): Equivalence {
  const [center, error, dof] = [mean(paired), standardError(paired), paired.length - 1];
  const below = studentTest(center + margin, error, dof, "greater");
  const above = studentTest(margin - center, error, dof, "greater");
  const p = Math.max(below, above);
  const interval = studentInterval(center, error, dof, 1 - 2 * level);
  return { below, above, p, interval, equivalent: p < level };
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
