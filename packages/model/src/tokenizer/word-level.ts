/** Word-level tokenizers, as a Hugging Face tokenizer.json has them. */

/** A regular expression of tokens: a number, a word, a newline or one other symbol; spaces only separate. */
export const WORD_TOKEN = "[0-9]+|[a-z]+|\\n|[^ \\t\\r\\n]";

/**
 * The contents of the tokenizer.json that lower-cases a text and finds the tokens of {@link WORD_TOKEN} in it.
 *
 * @param vocabulary every token in the order of its id; the first is the unknown token, the second the BOS
 */
export function wordLevelJson(vocabulary: readonly string[]) {
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: vocabulary.slice(0, 2).map((content, id) => ({ id, content, ...special })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Split", pattern: { Regex: WORD_TOKEN }, behavior: "Removed", invert: true },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      unk_token: vocabulary[0],
    },
  };
}
