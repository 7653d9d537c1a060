import type { ModelConfig } from "../families/index.ts";

/** The shape of Pythia-1.4B. */
export const pythia1b4: ModelConfig = gptNeoxConfig({
  layers: 24,
  heads: 16,
  dModel: 2048,
  dMlp: 8192,
  vocabulary: 50_304,
  maxPositions: 2048,
  rotaryDims: 32,
});

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
