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
