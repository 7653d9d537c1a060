/** A model for attribution and evaluation: on the backend, with folded norms and separate heads. */
import type { Ops } from "@ft/backend";
import { type FoldedDecoder, loadFoldedDecoder, type Model, type ModelConfig } from "@ft/model";

export interface CircuitModel extends FoldedDecoder {
  config: ModelConfig;
}

/** A model's weights, or a model loaded once for several calls. */
export type ModelOrLoaded = Pick<Model, "config" | "weights"> | CircuitModel;

/** Puts a model on the backend; its tensors live until disposed. */
export function loadCircuitModel(
  ops: Ops,
  { config, weights }: Pick<Model, "config" | "weights">,
): CircuitModel {
  return { config, ...loadFoldedDecoder(ops, config, weights) };
}

/** Calls `use` with the loaded model; frees it again if it was loaded here. */
export function withLoaded<T>(ops: Ops, model: ModelOrLoaded, use: (loaded: CircuitModel) => T): T {
  if ("decoder" in model) return use(model);
  const loaded = loadCircuitModel(ops, model);
  try {
    return use(loaded);
  } finally {
    loaded.dispose();
  }
}
