import type { ModelConfig } from "../families/index.ts";

/** A tiny GPT-NeoX; a test names only what matters to it. */
export function gptNeoxConfig(changes: Partial<ModelConfig> = {}): ModelConfig {
  const { heads = 2, dModel = 16 } = changes;
  return {
    family: "gpt-neox",
    layers: 2,
    heads,
    keyValueHeads: heads,
    headSize: dModel / heads,
    dModel,
    dMlp: 32,
    vocabulary: 10,
    maxPositions: 16,
    parallel: true,
    norm: "layer",
    activation: "gelu",
    rotaryDims: 4,
    rotaryBase: 10_000,
    layerNormEpsilon: 1e-5,
    initializerRange: 0.02,
    ...changes,
  };
}
