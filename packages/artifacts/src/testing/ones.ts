import type { TensorRow } from "../schemas/tensors.ts";

/** A tensor of ones. */
export function ones(tensor: string, shape: number[]): TensorRow {
  const count = shape.reduce((product, size) => product * size, 1);
  return { tensor, shape, dtype: "float32", data: new Uint8Array(new Float32Array(count).fill(1).buffer) };
}
