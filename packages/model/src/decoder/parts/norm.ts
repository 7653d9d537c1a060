/**
 * LayerNorm and RMSNorm: rows are normalised, then scaled and shifted. The two steps are separate because the two norms of
 * a parallel block share the first.
 */
import type { Normalized, Ops, Tensor } from "@ft/backend";
import { addGradient, type Gradients, type TensorSource } from "./part.ts";

/**
 * layer: (x - mean) / sqrt(variance + epsilon). rms: x / sqrt(mean(x^2) + epsilon), which equals the former for rows with
 * mean 0.
 */
export type NormKind = "layer" | "rms";

export interface Norm {
  /** Tensor name without ".weight" and ".bias". */
  name: string;
  kind: NormKind;
  epsilon: number;
  /** [d]; absent if folded into the readers. */
  gain?: Tensor;
  /** [d]; absent if folded, and in RMSNorm. */
  bias?: Tensor;
  /** Which get gradients. */
  trainable: { gain: boolean; bias: boolean };
}

export function bindNorm(
  source: TensorSource,
  name: string,
  { norm: kind, layerNormEpsilon: epsilon }: { norm: NormKind; layerNormEpsilon: number },
): Norm {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`];
  return {
    name,
    kind,
    epsilon,
    gain: source.get(weight),
    ...(source.has(bias) && { bias: source.get(bias) }),
    trainable: { gain: source.trainable(weight), bias: source.trainable(bias) },
  };
}

/** The norm after {@link foldReader} has put gain and bias into its readers and {@link foldWriter} has centred the rows. */
export function foldedNorm({ name, epsilon }: Norm): Norm {
  return { name, kind: "rms", epsilon, trainable: { gain: false, bias: false } };
}

/** Whether any of the norm's tensors gets a gradient. */
export function trainsNorm({ trainable }: Norm): boolean {
  return trainable.gain || trainable.bias;
}

/** Rows x [R, d], normalised. */
export function normalize(ops: Ops, { kind, epsilon }: Norm, x: Tensor): Normalized {
  return ops.normalize(x, epsilon, kind === "rms");
}

/** The gradient at x from the one at the normalised rows, both [R, d]. */
export function normalizeBackward(ops: Ops, { kind }: Norm, normalized: Normalized, dXhat: Tensor): Tensor {
  return ops.normalizeGradient(normalized, dXhat, kind === "rms");
}

/** Normalised rows xhat [R, d] times the gain plus the bias. */
export function applyAffine(ops: Ops, { gain, bias }: Norm, xhat: Tensor): Tensor {
  if (!gain) return xhat;
  return bias ? ops.multiplyAdd(xhat, gain, bias) : ops.multiply(xhat, gain);
}

/** The gradient at xhat from the one at the output, added to `others`; the gain's and bias's go to `gradients`. */
export function affineBackward(
  ops: Ops,
  { name, gain, trainable }: Norm,
  xhat: Tensor,
  dy: Tensor,
  gradients?: Gradients,
  others?: Tensor,
): Tensor {
  if (gradients) {
    if (trainable.gain) addGradient(ops, gradients, `${name}.weight`, ops.sum(ops.multiply(dy, xhat), [0]));
    if (trainable.bias) addGradient(ops, gradients, `${name}.bias`, ops.sum(dy, [0]));
  }
  if (!others) return gain ? ops.multiply(dy, gain) : dy;
  return gain ? ops.multiplyAdd(dy, gain, others) : ops.add(dy, others);
}
