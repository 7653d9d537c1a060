/** How many pairs run together. */
import type { ModelConfig } from "@ft/model";

/** Memory that one batch's activations may take, in bytes: large enough for full speed, small beside the weights. */
const BATCH_BYTES = 512 * 2 ** 20;
const LARGEST_BATCH = 256;

/** Pairs a batch, from the floats that one pair keeps alive at once: see the terms. */
export function pairsABatch(
  { layers, heads, dModel, dMlp, vocabulary }: ModelConfig,
  rows: number,
  points: number,
): number {
  const sources = 1 + layers * (heads + 1);
  const differences = 2 * sources * rows * dModel;
  const records = layers * points * rows * (14 * dModel + 2 * dMlp);
  const gradients = 4 * (3 * heads + 1) * rows * dModel;
  const logits = 4 * (points + 2) * vocabulary;
  const bytes = 4 * (differences + records + gradients + logits);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_BYTES / bytes)));
}
