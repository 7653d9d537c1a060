/**
 * The gradient at each destination's input, before its LayerNorm, summed over the K points of the path, without
 * holding a gradient per head and point. With s_k the gradient at a head's q (or k, v) at point k, W its matrix, b its
 * bias and xhat_k the normalised rows, LayerNorm's backward pass distributes over the sum:
 *
 *   G = W^T sum_k(rstd_k s_k) - sum_k c_k xhat_k,   c_k = rstd_k / d * sum_e (q_k - b) s_k
 *
 * (rows are centred, so the mean of the gradient does not matter: see Ops.normalizeGradient).
 */
import type { Normalized, Ops, Tensor } from "@ft/backend";
import type { HeadMatrices } from "@ft/model";

/** Rows are laid out point by point, [K, N]. */
export interface PointRows {
  points: number; // K
  rows: number; // N
}

/**
 * The summed gradients of a layer's q, k and v inputs, [3 H, N * d], head by head.
 *
 * @param read queries, keys and values before rotation, [K * N, 3 d]
 * @param dRead the gradient there
 */
export function headGradients(
  ops: Ops,
  { readers, readerBias }: HeadMatrices,
  { points, rows }: PointRows,
  { xhat, rstd }: Normalized,
  read: Tensor,
  dRead: Tensor,
): Tensor {
  const [ports, size, width] = readers.shape as [number, number, number]; // 3 H, e, d
  const scaled = ops.multiply(dRead, rstd); // [K * N, 3 d]
  const summed = ops.reshape(sumPoints(ops, scaled, points), [rows, ports, size]);
  const through = ops.matMul(ops.transpose(summed, [1, 0, 2]), readers); // [3 H, N, d]

  const unbiased = readerBias ? ops.subtract(read, readerBias) : read;
  const product = ops.multiply(unbiased, scaled);
  const along = ops.scale(ops.sum(ops.reshape(product, [points, rows, ports, size]), [3]), 1 / width); // c
  const byRow = ops.transpose(along, [1, 2, 0]); // [N, 3 H, K]
  const xhatByRow = ops.transpose(ops.reshape(xhat, [points, rows, width]), [1, 0, 2]);
  const removed = ops.matMul(byRow, xhatByRow); // [N, 3 H, d]
  return ops.reshape(ops.subtract(through, ops.transpose(removed, [1, 0, 2])), [ports, -1]);
}

/** The summed gradient at the input of an MLP, [1, N * d], from the one at the normalised rows it reads [K * N, d]. */
export function rowGradients(ops: Ops, points: number, normalized: Normalized, gradient: Tensor): Tensor {
  return sumPoints(ops, ops.normalizeGradient(normalized, gradient, true), points);
}

/** [K * N, c] summed over the K points, as [1, N * c]. */
export function sumPoints(ops: Ops, rows: Tensor, points: number): Tensor {
  const byPoint = ops.reshape(rows, [points, -1]);
  return points > 1 ? ops.sum(byPoint, [0], true) : byPoint;
}
