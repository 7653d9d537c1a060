/** Residual rows to logits: the final norm and the unembedding. */
import type { Normalized, Ops, Tensor } from "@ft/backend";
import { affineBackward, applyAffine, type Norm, normalize, normalizeBackward } from "./norm.ts";
import { addGradient, type Gradients, type VocabularyMatrix } from "./part.ts";

export interface ReadoutWeights {
  finalNorm: Norm;
  unembedding: VocabularyMatrix;
}

export interface FinalNorm {
  normalized: Normalized;
  /** What the unembedding reads, [n, d]. */
  normed: Tensor;
}

export interface Readout extends FinalNorm {
  logits: Tensor; // [n, vocabulary]
}

/** Final norm of residual rows [n, d]. */
export function normalizeFinal(ops: Ops, { finalNorm }: ReadoutWeights, x: Tensor): FinalNorm {
  const normalized = normalize(ops, finalNorm, x);
  return { normalized, normed: applyAffine(ops, finalNorm, normalized.xhat) };
}

/** The gradient at the residual rows [n, d] from the one at what the unembedding reads. */
export function normalizeFinalBackward(
  ops: Ops,
  { finalNorm }: ReadoutWeights,
  normalized: Normalized,
  dNormed: Tensor,
  gradients?: Gradients,
): Tensor {
  const dXhat = affineBackward(ops, finalNorm, normalized.xhat, dNormed, gradients);
  return normalizeBackward(ops, finalNorm, normalized, dXhat);
}

/** Normed rows [n, d] to logits [n, vocabulary]. */
export function unembed(ops: Ops, { unembedding }: ReadoutWeights, normed: Tensor): Tensor {
  return ops.linear(normed, unembedding.weight);
}

/** Final norm and unembedding of residual rows [n, d]. */
export function readOut(ops: Ops, weights: ReadoutWeights, x: Tensor): Readout {
  const final = normalizeFinal(ops, weights, x);
  return { ...final, logits: unembed(ops, weights, final.normed) };
}

/** The gradient at the residual rows [n, d] from the one at the logits [n, vocabulary]. */
export function readOutBackward(
  ops: Ops,
  weights: ReadoutWeights,
  { normalized, normed }: Readout,
  dLogits: Tensor,
  gradients?: Gradients,
): Tensor {
  const { unembedding } = weights;
  if (unembedding.trainable && gradients) {
    addGradient(ops, gradients, unembedding.name, ops.matMul(dLogits, normed, true, false));
  }
  return normalizeFinalBackward(ops, weights, normalized, ops.matMul(dLogits, unembedding.weight), gradients);
}
