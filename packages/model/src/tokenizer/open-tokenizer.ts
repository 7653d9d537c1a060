/** A model folder's tokenizer, checked against the model. */
import { UserError } from "@ft/artifacts";
import type { ModelConfig } from "../families/index.ts";
import { loadModelConfig } from "../weights/load-model.ts";
import { loadTokenizer } from "./load-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A tokenizer with the model it writes for. */
export interface ModelTokenizer {
  tokenizer: Tokenizer;
  config: ModelConfig;
}

/**
 * Reads the tokenizer and the config.json of a model folder. Of the tokens only the first of every prompt is checked
 * here: an embedding may well have fewer rows than the tokenizer has tokens, if no text uses the others.
 * @throws UserError if a file is missing or malformed, or the model has no row for the beginning-of-sequence token.
 */
export async function openTokenizer(folder: string): Promise<ModelTokenizer> {
  const config = await loadModelConfig(folder);
  const tokenizer = await loadTokenizer(folder);
  assertTokensFit(tokenizer, config, folder);
  return { tokenizer, config };
}

function assertTokensFit({ bos, decode }: Tokenizer, { vocabulary }: ModelConfig, folder: string): void {
  if (bos < vocabulary) return;
  throw new UserError("the tokenizer's beginning-of-sequence token is not in the model's vocabulary", {
    file: folder,
    place: `bos_token "${decode([bos])}"`,
    value: `id ${bos}, but the model knows ids 0 to ${vocabulary - 1}`,
    remedy:
      "A token added to a tokenizer needs a row of the embedding: call model.resize_token_embeddings(len(tokenizer)) and train it, or set another bos_token in tokenizer_config.json.",
  });
}
