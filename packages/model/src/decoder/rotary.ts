/** Rotary position embedding (Su et al. 2021) on part of each head, as GPT-NeoX applies it. */
import type { Ops, Tensor } from "../backend/ops.ts";
import type { Layout } from "./layout.ts";

/**
 * The matrix J [e, e] with x J = rotate_half(x) on the first `rotaryDims` dimensions and 0 beyond: one product does
 * what slicing, negating and joining would do in four operations.
 */
export function rotateHalfMatrix(ops: Ops, headSize: number, rotaryDims: number): Tensor {
  const half = rotaryDims / 2;
  const matrix = new Float32Array(headSize * headSize);
  for (let i = 0; i < half; i++) {
    matrix[(half + i) * headSize + i] = -1;
    matrix[i * headSize + half + i] = 1;
  }
  return ops.tensor(matrix, [headSize, headSize]);
}

/** Rotates queries and keys [2, H, R, e] to their positions and scales queries by 1 / sqrt(e). */
export function rotate(ops: Ops, qk: Tensor, rotateHalf: Tensor, { cosine, sine }: Layout): Tensor {
  return ops.add(ops.multiply(qk, cosine), ops.multiply(rightProduct(ops, qk, rotateHalf, false), sine));
}

/** The gradient before {@link rotate} from the one after it, [2, H, R, e]. */
export function rotateBackward(ops: Ops, dqk: Tensor, rotateHalf: Tensor, { cosine, sine }: Layout): Tensor {
  return ops.add(ops.multiply(dqk, cosine), rightProduct(ops, ops.multiply(dqk, sine), rotateHalf, true));
}

/** x M over the last dimension of x, or x M^T. */
function rightProduct(ops: Ops, x: Tensor, matrix: Tensor, transpose: boolean): Tensor {
  const size = matrix.shape[0]!;
  return ops.reshape(ops.matMul(ops.reshape(x, [-1, size]), matrix, false, transpose), x.shape);
}
