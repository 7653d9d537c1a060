/**
 * Text to token ids and back.
 *
 * Special tokens that a text writes out, such as `<|endoftext|>`, become their ids, as in transformers. The
 * beginning-of-sequence token is put in front of a prompt by {@link encodePrompt} alone, and only once.
 */
export interface Tokenizer {
  /**
   * The ids of a text; no beginning-of-sequence token is added.
   * @throws UserError if the text has a piece that is not in the vocabulary and there is no token for such pieces.
   */
  encode(text: string): Int32Array;
  /** The text of some ids; special tokens are written out. */
  decode(ids: ArrayLike<number>): string;
  /** The token of a whole text, or undefined if it takes several, none, or the unknown token. */
  singleToken(text: string): number | undefined;
  /** The id every prompt begins with. */
  readonly bos: number;
  /** The id of pieces outside of the vocabulary, if there is one; never {@link Tokenizer.bos}. */
  readonly unknown: number | undefined;
  /** The largest id plus 1; a model's embedding may have more rows. */
  readonly vocabulary: number;
}

/**
 * A prompt's tokens, the beginning-of-sequence token first. A text that itself begins with that token's text (`<bos>`
 * or `<|endoftext|>`) does not get a second one: with and without it, a prompt has the same tokens.
 */
export function encodePrompt(tokenizer: Pick<Tokenizer, "encode" | "bos">, text: string): Int32Array {
  const ids = tokenizer.encode(text);
  if (ids[0] === tokenizer.bos) return ids;
  const prompt = new Int32Array(1 + ids.length);
  prompt[0] = tokenizer.bos;
  prompt.set(ids, 1);
  return prompt;
}
