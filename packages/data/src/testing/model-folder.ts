import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

const SENTENCE =
  "<unk> <bos> \n calculate the result of following arithmetic expression and provide only final answer : + - * / ( ) =";

/** A model folder without weights: a config, and a word-level tokenizer for the arithmetic tasks and the numbers up to 999. */
export function modelFolder(): string {
  const words = [...SENTENCE.split(" "), ...Array.from({ length: 1_000 }, (_, n) => String(n))];
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ["<unk>", "<bos>"].map((content, id) => ({ id, content, ...special })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: {
      type: "Split",
      pattern: { Regex: "[0-9]+|[a-z]+|\\n|[^ \\t\\r\\n]" },
      behavior: "Removed",
      invert: true,
    },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      unk_token: "<unk>",
    },
  };
  const folder = temporaryFolder();
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify(tokenizer));
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
