const words = ["<unk>", "<bos>", "add", "and", ":", ...Array.from({ length: 27 }, (_, n) => `${n}`)];
const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

/** A word-level tokenizer.json of 32 tokens. */
export const wordTokenizer = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: ["<unk>", "<bos>"].map((content, id) => ({ id, content, ...special })),
  normalizer: { type: "Lowercase" },
  pre_tokenizer: {
    type: "Split",
    pattern: { Regex: "[0-9]+|[a-z]+|[^ \\t\\r\\n]" },
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
