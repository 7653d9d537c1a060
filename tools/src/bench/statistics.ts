/** Numbers over repetitions, and how far two results are apart. */

export interface Spread {
  median: number;
  low: number;
  high: number;
}

/** Median, smallest and largest of at least one number. */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, low: sorted[0]!, high: sorted.at(-1)! };
}

/** The largest difference between two results over the largest absolute value of the expected one. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  actual.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  });
  return difference === 0 ? 0 : difference / largest;
}
