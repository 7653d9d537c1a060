/** The model shapes measured; their weights are random. */
import type { ModelConfig } from "@ft/model";

export interface Shape {
  name: string;
  config: ModelConfig;
  /** Whose tokens the prompts are: a tokenizer.json, from the repository's root. */
  tokenizer: string;
}

/** The embedded model's tokenizer: every number up to 999 is a token. */
const WORDS = "models/nano/tokenizer.json";
/** Pythia's, where it lies beside the checkout. */
const PYTHIA = "../shared/reference/pythia-tokenizer.json";

/** A GPT-NeoX of Pythia's proportions: d_mlp = 4 d, a quarter of each head rotates. */
function shape(
  name: string,
  layers: number,
  heads: number,
  dModel: number,
  vocabulary: number,
  tokenizer: string,
): Shape {
  const config: ModelConfig = {
    family: "gpt-neox",
    layers,
    heads,
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
    // Heads then attend to some tokens more than to others, and logits depend on the prompt as a trained model's do.
    initializerRange: 2 / Math.sqrt(dModel),
  };
  return { name, config, tokenizer };
}

export const shapes = {
  nano: shape("nano", 4, 4, 128, 1_192, WORDS),
  embedded: shape("embedded", 8, 8, 128, 1_192, WORDS),
  "70m": shape("70m", 6, 8, 512, 50_304, PYTHIA),
  "160m": shape("160m", 12, 12, 768, 50_304, PYTHIA),
  "410m": shape("410m", 24, 16, 1_024, 50_304, PYTHIA),
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];
