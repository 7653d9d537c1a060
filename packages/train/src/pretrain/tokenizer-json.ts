/** The base model's word-level tokenizer, as a Hugging Face tokenizer.json. */
import { LARGEST } from "./documents/draw.ts";

export const UNKNOWN = "<unk>";
export const BEGINNING = "<bos>";
/** A number, a word, a newline or one other symbol is a token; spaces only separate. */
const TOKEN = "[0-9]+|[a-z]+|\\n|[^ \\t\\r\\n]";

/**
 * Every token in the order of its id: the two special tokens, the newline, the numbers 0..{@link LARGEST}, then the
 * symbols and words of `texts` in code-point order.
 */
export function vocabularyOf(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  const token = new RegExp(TOKEN, "gu");
  for (const text of texts) {
    for (const [word] of text.toLowerCase().matchAll(token)) {
      if (word !== "\n" && !/^[0-9]+$/.test(word)) words.add(word);
    }
  }
  const numbers = Array.from({ length: LARGEST + 1 }, (_, n) => String(n));
  return [UNKNOWN, BEGINNING, "\n", ...numbers, ...[...words].sort()];
}

/** The content of tokenizer.json: lower-casing, the regular expression of tokens, one id a word. */
export function tokenizerJson(vocabulary: readonly string[]): object {
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [UNKNOWN, BEGINNING].map((content, id) => ({ id, content, ...special })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Split", pattern: { Regex: TOKEN }, behavior: "Removed", invert: true },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      unk_token: UNKNOWN,
    },
  };
}

/** The content of tokenizer_config.json, by which transformers finds the class and the special tokens. */
export function tokenizerConfig(maxPositions: number): object {
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: BEGINNING,
    eos_token: BEGINNING,
    unk_token: UNKNOWN,
    model_max_length: maxPositions,
    clean_up_tokenization_spaces: false,
  };
}
