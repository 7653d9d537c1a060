/** Files of a model's folder besides config.json and the weights: the tokenizer's, in any of its forms, and settings of generation. */
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
