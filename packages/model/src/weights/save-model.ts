/** A model written as a folder in Hugging Face's layout. */
import { join } from "node:path";
import { type Dtype, UserError, WEIGHTS_FILE, writeFileAtomic } from "@ft/artifacts";
import { familyOf } from "../families/index.ts";
import type { Weights } from "./host-tensor.ts";
import type { Model } from "./load-model.ts";
import { asStored } from "./transposed.ts";
import { writeSafetensors } from "./write-safetensors.ts";

export interface SaveOptions {
  /** How the weights are stored; float16 rounds to nearest, ties to even. @default "float32" */
  dtype?: Dtype;
  /** Token ids recorded in config.json for text generation. @default none */
  specialTokens?: { bos: number; eos: number };
  /** The config.json of the model that this one was made from, kept except for how the weights are stored. @default the family's */
  config?: Record<string, unknown>;
}

/**
 * Writes `config.json` and `model.safetensors`, readable by transformers (`AutoModelForCausalLM.from_pretrained`) and
 * {@link loadModel}. Tied embeddings are written as one tensor. The folder is made when it is missing;
 * other files in it, such as the tokenizer's, stay.
 * @throws UserError when the model lacks one of its family's tensors or float16 cannot hold a weight.
 */
export function saveModel(
  folder: string,
  { config, weights }: Model,
  { dtype = "float32", specialTokens, config: given }: SaveOptions = {},
): void {
  const family = familyOf(config);
  const ordered: Weights = new Map(
    family.tensors(config).map((spec) => {
      const tensor = weights.get(spec.name);
      if (!tensor) throw new UserError(`the model to save has no tensor "${spec.name}"`, { file: folder });
      return [spec.name, asStored(spec, tensor)];
    }),
  );
  writeSafetensors(join(folder, WEIGHTS_FILE), ordered, dtype);
  const { torch_dtype: _, ...own } = given ?? {};
  const json = given
    ? { ...own, tie_word_embeddings: config.tied ?? false, dtype }
    : {
        ...family.configJson(config),
        dtype,
        bos_token_id: specialTokens?.bos ?? null,
        eos_token_id: specialTokens?.eos ?? null,
      };
  writeFileAtomic(join(folder, "config.json"), `${JSON.stringify(json, null, 2)}\n`);
}
