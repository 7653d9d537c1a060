/** Files of a model's folder besides config.json and the weights: the tokenizer's, in any of its forms, and settings of generation. */
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { modelFile } from "@ft/artifacts";

/** Their names, the tokenizer's first. */
export const companionFiles: readonly string[] = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "tokenizer.model",
  "chat_template.jinja",
  "generation_config.json",
];

/** Copies those of a model's companion files that are there. */
export function copyCompanions(from: string, to: string): void {
  for (const name of companionFiles)
    if (existsSync(join(from, name))) copyFileSync(modelFile(from, name), join(to, name));
}
