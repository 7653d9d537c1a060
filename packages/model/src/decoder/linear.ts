/** A linear map y = x W^T + b, with low-rank adapter y += scale (x A^T) B^T (Hu et al. 2021) where it has one. */
import type { Ops, Tensor } from "@ft/backend";
import { addGradient, type Gradients } from "./gradients.ts";

export interface Linear {
  /** Tensor name without ".weight" and ".bias". */
  name: string;
  /** [out, in], as checkpoints store it. */
  weight: Tensor;
  /** [out]. */
  bias?: Tensor;
  /** Whether weight and bias get gradients. */
  trainable: boolean;
  /** A [r, in], B [out, r]; they always get gradients. */
  lora?: { a: Tensor; b: Tensor; scale: number };
}

/** What the backward pass needs: the input and the adapter's low-rank activations [R, r]. */
export interface LinearRecord {
  x: Tensor;
  low?: Tensor;
}

/** x [R, in] to y [R, out]. */
export function linearForward(ops: Ops, linear: Linear, x: Tensor): { y: Tensor; record: LinearRecord } {
  const { weight, bias, lora } = linear;
  if (!lora) return { y: ops.linear(x, weight, bias), record: { x } };
  const low = ops.matMul(x, lora.a, false, true, lora.scale); // [R, r]
  return { y: ops.matMulJoined([x, low], [weight, lora.b], true, bias), record: { x, low } };
}

/**
 * The gradient at x from dy [R, out], or undefined where nobody `needsInput`; parameters' gradients go to `gradients`.
 */
export function linearBackward(
  ops: Ops,
  linear: Linear,
  { x, low }: LinearRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): Tensor | undefined {
  const { name, weight, bias, lora } = linear;
  if (linear.trainable && gradients) {
    addGradient(ops, gradients, `${name}.weight`, ops.matMul(dy, x, true, false));
    if (bias) addGradient(ops, gradients, `${name}.bias`, ops.sum(dy, [0]));
  }
  if (!lora || !low) return needsInput ? ops.matMul(dy, weight) : undefined;
  const dLow = ops.matMul(dy, lora.b, false, false, lora.scale); // [R, r]
  if (gradients) {
    addGradient(ops, gradients, `${name}.lora_A.weight`, ops.matMul(dLow, x, true, false));
    addGradient(ops, gradients, `${name}.lora_B.weight`, ops.matMul(dy, low, true, false));
  }
  return needsInput ? ops.matMulJoined([dy, dLow], [weight, lora.a]) : undefined;
}
