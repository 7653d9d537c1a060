import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wordLevelJson } from "@ft/model";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";

const SENTENCE =
  "<unk> <bos> \n calculate the result of following arithmetic expression and provide only final answer : + - * / ( ) =";

/** A model folder without weights: a config, and a word-level tokenizer for the arithmetic tasks and the numbers up to 999. */
export function modelFolder(): string {
  const words = [...SENTENCE.split(" "), ...Array.from({ length: 1_000 }, (_, n) => String(n))];
  const folder = temporaryFolder();
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(wordLevelJson(words)));
  const config = {
    model_type: "gpt_neox",
    hidden_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 16,
    vocab_size: words.length,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  return folder;
}
