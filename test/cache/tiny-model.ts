import { cpSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { initializeModel, loadTokenizer, saveModel } from "@ft/model";

/** Writes an untrained GPT-NeoX with two layers of two heads that reads the embedded base model's tokens. */
export async function writeTinyModel(folder: string): Promise<void> {
  const base = resolve(import.meta.dirname, "../../models/nano");
  mkdirSync(folder, { recursive: true });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    cpSync(join(base, name), join(folder, name));
  const { vocabulary, bos } = await loadTokenizer(folder);
  const model = initializeModel(
    {
      family: "gpt-neox",
      layers: 2,
      heads: 2,
      dModel: 16,
      dMlp: 32,
      vocabulary,
      maxPositions: 64,
      parallel: true,
      norm: "layer",
      activation: "gelu",
      rotaryDims: 2,
      rotaryBase: 10_000,
      layerNormEpsilon: 1e-5,
      initializerRange: 0.2,
    },
    1,
  );
  saveModel(folder, model, { specialTokens: { bos, eos: bos } });
}
