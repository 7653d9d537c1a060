/** Weights as every part of the project hands them around: float32 on the host, under their checkpoint names. */

/** A tensor on the host: row-major float32. A shape of [] is a scalar. */
export interface HostTensor {
  shape: number[];
  /** May be read from a file or computed each time it is asked for: ask once, and to change values set another tensor. */
  readonly data: Float32Array;
  /** Data are made anew each time and belong to who asked. @default false */
  fresh?: boolean;
}

/** Tensors under the names they have in the Hugging Face checkpoint, such as "gpt_neox.embed_in.weight". */
export type Weights = Map<string, HostTensor>;

/** The number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes have the same sizes in the same order. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

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
