/** Rank correlation, also with other quantities held fixed. */
import { type BoundedInterval, mean } from "./interval.ts";
import { normalQuantile, studentTest } from "./student.ts";

/** A correlation as the mean of its interval. */
export interface Correlation extends BoundedInterval {
  /** Of no correlation, two-sided; Student's t. */
  p: number;
}

/** Ranks from 1; equal values have the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/** Pearson's correlation; NaN if either is constant. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [mean(x), mean(y)];
  const moment = (u: readonly number[], v: readonly number[], s: number, t: number) =>
    mean(u.map((value, i) => (value - s) * (v[i]! - t)));
  return moment(x, y, a, b) / Math.sqrt(moment(x, x, a, a) * moment(y, y, b, b));
}

/**
 * Spearman's rank correlation of x and y with other quantities held fixed: the correlation of what a linear regression on
 * the others' ranks leaves of both. Without others it is the plain rank correlation.
 *
 * The test has n - 2 - k degrees of freedom for k others. The interval is Fisher's, with Bonett and Wright's standard error
 * (2000), sqrt((1 + rho^2 / 2) / (n - 3 - k)).
 *
 * @param others of the same length as x and y; such as the depth of layers
 * @param level confidence. @default 0.95
 * @throws RangeError if there are fewer than 4 + k values
 */
export function spearman(
  x: readonly number[],
  y: readonly number[],
  others: readonly (readonly number[])[] = [],
  level = 0.95,
): Correlation {
  const n = x.length - others.length;
  if (n < 4)
    throw new RangeError(`${x.length} values are too few for a rank correlation given ${others.length}`);
  const rho = partial(ranks(x), ranks(y), others.map(ranks));
  const half = normalQuantile((1 + level) / 2) * Math.sqrt((1 + rho ** 2 / 2) / (n - 3));
  const [low, high] = [Math.tanh(Math.atanh(rho) - half), Math.tanh(Math.atanh(rho) + half)];
  return { mean: rho, low, high, p: studentTest(rho, Math.sqrt((1 - rho ** 2) / (n - 2)), n - 2) };
}

/** The correlation of x and y given others, by recursion over these. */
function partial(x: readonly number[], y: readonly number[], others: readonly (readonly number[])[]): number {
  const [other, ...rest] = others;
  if (other === undefined) return pearson(x, y);
  const [xy, xo, yo] = [partial(x, y, rest), partial(x, other, rest), partial(y, other, rest)];
  return (xy - xo * yo) / Math.sqrt((1 - xo ** 2) * (1 - yo ** 2));
}
