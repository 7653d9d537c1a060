/** LayerNorm's affine map; normalising itself, which a parallel block's two norms share, is an operation of the backend. */
import type { Ops, Tensor } from "@ft/backend";
import { addGradient, type Gradients } from "./gradients.ts";

/** LayerNorm's gain and bias [d]; both absent where they are folded into the readers. */
export interface Affine {
  /** Tensor name without ".weight" and ".bias". */
  name: string;
  gain?: Tensor;
  bias?: Tensor;
  trainable: boolean;
}

/** xhat [R, d] times the gain plus the bias. */
export function applyAffine(ops: Ops, { gain, bias }: Affine, xhat: Tensor): Tensor {
  return gain && bias ? ops.multiplyAdd(xhat, gain, bias) : xhat;
}

/**
 * The gradient at xhat from the one at the output, added to `others`; the gain's and bias's gradients go to `gradients`.
 */
export function affineBackward(
  ops: Ops,
  { name, gain, trainable }: Affine,
  xhat: Tensor,
  dy: Tensor,
  gradients?: Gradients,
  others?: Tensor,
): Tensor {
  if (trainable && gradients) {
    addGradient(ops, gradients, `${name}.weight`, ops.sum(ops.multiply(dy, xhat), [0]));
    addGradient(ops, gradients, `${name}.bias`, ops.sum(dy, [0]));
  }
  if (!others) return gain ? ops.multiply(dy, gain) : dy;
  return gain ? ops.multiplyAdd(dy, gain, others) : ops.add(dy, others);
}
