/**
 * The index of the first value that is infinite or not a number, or -1.
 *
 * No sum of float32 values overflows in float64, so theirs is finite exactly if all of them are. Four sums at once do
 * not wait for each other: the check takes a fraction of the time of reading the values.
 */
export function firstNonFinite(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += values[i]!;
    b += values[i + 1]!;
    c += values[i + 2]!;
    d += values[i + 3]!;
  }
  for (; i < values.length; i++) a += values[i]!;
  if (Number.isFinite(a + b + c + d)) return -1;
  return values.findIndex((value) => !Number.isFinite(value));
}
