/**
 * The index of the first value that is infinite or not a number, or -1.
 *
 * No sum of float32 values overflows in float64, so theirs is finite exactly if all of them are. Sums of four wait less
 * for each other than a running sum of single values.
 */
export function firstNonFinite(values: Float32Array): number {
  const fours = values.length & ~3;
  let sum = 0;
  for (let i = 0; i < fours; i += 4) sum += values[i]! + values[i + 1]! + (values[i + 2]! + values[i + 3]!);
  for (let i = fours; i < values.length; i++) sum += values[i]!;
  return Number.isFinite(sum) ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
