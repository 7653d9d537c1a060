/** The number of rows of a pair tree in one pass, from the memory they need: every term is floats that live at once. */
import type { ModelConfig } from "@ft/model";

/**
 * Memory that one tree's activations may take by default, in bytes: large enough for full speed, small next to the weights. Attribution
 * has several points per tree row, so its products have as many rows with smaller trees.
 */
export const ATTRIBUTION_BYTES = 128 * 2 ** 20;
export const EVALUATION_BYTES = 256 * 2 ** 20;

/** Rows over all points beyond which more bring no speed, measured. */
const ATTRIBUTION_ROWS = 1280;

/** Tree rows for attribution with K points. @param bytes of one tree's activations */
export function nodesToAttribute(config: ModelConfig, points: number, bytes = ATTRIBUTION_BYTES): number {
  const { layers, heads, dModel, dMlp } = config;
  const differences = 2 * sources(config) * dModel;
  const attention = dModel + 4 * heads * config.headSize; // the normed rows; queries, keys, values and what they mix
  const records = layers * points * (attention + dMlp);
  const forward = (points + 2) * (attention + 2 * dMlp);
  const gradients = 4 * (3 * heads + 1) * dModel;
  const most = Math.ceil(ATTRIBUTION_ROWS / points);
  return Math.min(most, nodesOf(bytes, differences + records + Math.max(forward, gradients)));
}

/** Tree rows for passes of circuits. @param bytes of one tree's activations */
export function nodesToEvaluate(config: ModelConfig, bytes = EVALUATION_BYTES): number {
  const { layers, heads, dModel, dMlp, vocabulary } = config;
  const differences = 2 * sources(config) * dModel;
  const corrupted = layers * (dModel + heads * config.headSize + dMlp);
  const inputs = 3 * 3 * heads * dModel;
  return nodesOf(bytes, differences + corrupted + inputs + 2 * vocabulary);
}

function sources({ layers, heads }: ModelConfig): number {
  return 1 + layers * (heads + 1);
}

function nodesOf(bytes: number, floatsANode: number): number {
  return Math.max(1, Math.floor(bytes / (4 * floatsANode)));
}
