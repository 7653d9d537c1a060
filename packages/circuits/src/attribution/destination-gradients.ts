/**
 * The gradient at each destination's input, before its LayerNorm, summed over the K points of the path, without ever
 * holding one gradient a head and point. With s_k the gradient at a head's q (or k, v) at point k, W its matrix, b its
 * bias and xhat_k the normalised rows, LayerNorm's backward pass distributes over the sum:
 *
 *   G = W^T sum_k(rstd_k s_k) - sum_k c_k xhat_k,   c_k = rstd_k / d * sum_e (q_k - b) s_k
 *
 * (rows are centred, so the mean of the gradient does not matter: see normalizeBackward).
 */
import {
  type BlockGradients,
  type BlockRecord,
  type Normalized,
  normalizeBackward,
  type Ops,
  type Tensor,
} from "@ft/model";
import type { HeadMatrices } from "../pairs/head-matrices.ts";

/** Rows of the path run are laid out [B, K, S]. */
export interface PathRows {
  pairs: number; // B
  points: number; // K
  length: number; // S
}

/** The summed gradients of a layer's q, k and v inputs, [3 H, B * S * d], all q first, then k, then v. */
export function headGradients(
  ops: Ops,
  { readers, readerBias }: HeadMatrices,
  { pairs, points, length }: PathRows,
  { normalized: { xhat, rstd }, heads }: BlockRecord,
  { dHeads }: BlockGradients,
): Tensor {
  const [ports, size, width] = readers.shape as [number, number, number]; // 3 H, e, d
  const rows = pairs * length;
  const scaled = ops.multiply(dHeads, rstd); // [3, H, R, e]
  const summed = ops.reshape(
    points > 1 ? ops.sum(ops.reshape(scaled, [ports, pairs, points, length * size]), [2]) : scaled,
    [ports, rows, size],
  );
  const read = ops.matMul(summed, readers); // [3 H, B * S, d]

  const product = ops.multiply(ops.subtract(heads, readerBias), scaled);
  const along = ops.scale(ops.sum(product, [3]), 1 / width); // c, [3, H, R]
  const byRow = ops.transpose(ops.reshape(along, [ports, pairs, points, length]), [1, 3, 0, 2]);
  const xhatByRow = ops.transpose(ops.reshape(xhat, [pairs, points, length, width]), [0, 2, 1, 3]);
  const removed = ops.matMul(
    ops.reshape(byRow, [rows, ports, points]),
    ops.reshape(xhatByRow, [rows, points, width]),
  ); // [B * S, 3 H, d]
  return ops.reshape(ops.subtract(read, ops.transpose(removed, [1, 0, 2])), [ports, -1]);
}

/**
 * The summed gradient at the input of an MLP, [1, B * rows * d], from the one at the normalised rows it reads.
 *
 * @param length rows a pair and point: S, or 1 in the last layer, where only the last position is read
 */
export function rowGradients(
  ops: Ops,
  { pairs, points }: PathRows,
  length: number,
  normalized: Normalized,
  gradient: Tensor,
): Tensor {
  const dx = normalizeBackward(ops, normalized, gradient, true); // [B * K * length, d]
  return sumPoints(ops, dx, pairs, points, length);
}

/** [B * K * length, d] summed over the K points, as [1, B * length * d]. */
export function sumPoints(ops: Ops, dx: Tensor, pairs: number, points: number, length: number): Tensor {
  const grid = ops.reshape(dx, [pairs, points, length * dx.shape[1]!]);
  return ops.reshape(points > 1 ? ops.sum(grid, [1]) : grid, [1, -1]);
}
