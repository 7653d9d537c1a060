/** The dimensions of the measured models; their weights are random. */
import type { ModelConfig } from "@ft/model";

/** A GPT-NeoX of Pythia's proportions: d_mlp = 4 d, a quarter of each head rotates. */
function shape(layers: number, heads: number, dModel: number, vocabulary: number): ModelConfig {
  return {
    family: "gpt-neox",
    layers,
    heads,
    keyValueHeads: heads,
    headSize: dModel / heads,
    dModel,
    dMlp: 4 * dModel,
    vocabulary,
    maxPositions: 2048,
    parallel: true,
    norm: "layer",
    activation: "gelu",
    rotaryDims: dModel / heads / 4,
    rotaryBase: 10_000,
    layerNormEpsilon: 1e-5,
    // Then heads prefer some tokens to others, and logits depend on the prompt as in a trained model.
    initializerRange: 2 / Math.sqrt(dModel),
  };
}

/** nano has the width and the vocabulary of the embedded model; the others are Pythia's. */
export const shapes = {
  nano: shape(4, 4, 128, 1_192),
  "70m": shape(6, 8, 512, 50_304),
  "160m": shape(12, 12, 768, 50_304),
  "410m": shape(24, 16, 1_024, 50_304),
} satisfies Record<string, ModelConfig>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
