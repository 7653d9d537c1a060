import { cpSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { initializeModel, loadTokenizer, saveModel } from "@ft/model";
import { gptNeoxConfig } from "../../packages/model/src/testing/gpt-neox-config.ts";

/** Writes an untrained GPT-NeoX with two layers of two heads that reads the embedded base model's tokens. */
export async function writeTinyModel(folder: string): Promise<void> {
  const base = resolve(import.meta.dirname, "../../models/nano");
  mkdirSync(folder, { recursive: true });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    cpSync(join(base, name), join(folder, name));
  const { vocabulary, bos } = await loadTokenizer(folder);
  const model = initializeModel(
    gptNeoxConfig({ vocabulary, maxPositions: 64, rotaryDims: 2, initializerRange: 0.2 }),
    1,
  );
  saveModel(folder, model, { specialTokens: { bos, eos: bos } });
}
