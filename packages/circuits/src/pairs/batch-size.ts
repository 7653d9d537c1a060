/** How many pairs run together. */
import type { ModelConfig } from "@ft/model";

/** Memory that one batch's activations may take, in bytes: large enough for full speed, small beside the weights. */
const BATCH_BYTES = 512 * 2 ** 20;
const LARGEST_BATCH = 256;

/** Pairs a batch of attribution with S rows a variant and K points: every term is floats that live at once. */
export function pairsToAttribute(config: ModelConfig, rows: number, points: number): number {
  const { layers, heads, dModel, dMlp, vocabulary } = config;
  const differences = 2 * sources(config) * rows * dModel;
  const records = layers * points * rows * (14 * dModel + 2 * dMlp);
  const gradients = 4 * (3 * heads + 1) * rows * dModel;
  const logits = 4 * (points + 2) * vocabulary;
  return batchOf(differences + records + gradients + logits);
}

/** Pairs a batch of circuit runs with S rows a variant. */
export function pairsToEvaluate(config: ModelConfig, rows: number): number {
  const { layers, heads, dModel, dMlp, vocabulary } = config;
  const differences = 2 * sources(config) * rows * dModel;
  const corrupted = layers * rows * (2 * dModel + dMlp);
  const inputs = 4 * 3 * heads * rows * dModel;
  return batchOf(differences + corrupted + inputs + 8 * vocabulary);
}

function sources({ layers, heads }: ModelConfig): number {
  return 1 + layers * (heads + 1);
}

function batchOf(floatsAPair: number): number {
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_BYTES / (4 * floatsAPair))));
}
