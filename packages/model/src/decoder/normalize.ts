/** LayerNorm in two parts: normalising, which a parallel block's two norms share, and the affine map of each. */
import type { Normalized, Ops, Tensor } from "../backend/ops.ts";
import { addGradient, type Gradients } from "./gradients.ts";

/** @param centred rows already have mean 0 (folded weights), so that the mean need not be taken. */
export function normalize(ops: Ops, x: Tensor, epsilon: number, centred: boolean): Normalized {
  const deviation = centred ? x : ops.subtract(x, ops.mean(x, [-1], true));
  const rstd = ops.rsqrt(ops.mean(ops.square(deviation), [-1], true), epsilon);
  return { xhat: ops.multiply(deviation, rstd), rstd };
}

/**
 * rstd (g - mean(g) - xhat mean(g xhat)). With centred rows the mean of g is left in: it only moves the gradient along
 * the constant direction, which no centred writer can see.
 */
export function normalizeBackward(
  ops: Ops,
  { xhat, rstd }: Normalized,
  gradient: Tensor,
  centred: boolean,
): Tensor {
  const along = ops.mean(ops.multiply(gradient, xhat), [-1], true);
  let dx = ops.subtract(gradient, ops.multiply(xhat, along));
  if (!centred) dx = ops.subtract(dx, ops.mean(gradient, [-1], true));
  return ops.multiply(dx, rstd);
}

/** LayerNorm's gain and bias [d]; both absent where they are folded into the readers. */
export interface Affine {
  /** Tensor name without ".weight" and ".bias". */
  name: string;
  gain?: Tensor;
  bias?: Tensor;
  trainable: boolean;
}

export function applyAffine(ops: Ops, { gain, bias }: Affine, xhat: Tensor): Tensor {
  const scaled = gain ? ops.multiply(xhat, gain) : xhat;
  return bias ? ops.add(scaled, bias) : scaled;
}

/** The gradient at xhat from the one at the output; the gain's and bias's gradients go to `gradients`. */
export function affineBackward(
  ops: Ops,
  { name, gain, trainable }: Affine,
  xhat: Tensor,
  dy: Tensor,
  gradients?: Gradients,
): Tensor {
  if (trainable && gradients) {
    addGradient(ops, gradients, `${name}.weight`, ops.sum(ops.multiply(dy, xhat), [0]));
    addGradient(ops, gradients, `${name}.bias`, ops.sum(dy, [0]));
  }
  return gain ? ops.multiply(dy, gain) : dy;
}
