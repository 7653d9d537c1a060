/** Weights as every part of the project hands them around: float32 on the host, under their checkpoint names. */

/** A tensor on the host: row-major float32. A shape of [] is a scalar. */
export interface HostTensor {
  shape: number[];
  /** May be read from a file or computed each time it is asked for: ask once, and to change values set another tensor. */
  readonly data: Float32Array;
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
