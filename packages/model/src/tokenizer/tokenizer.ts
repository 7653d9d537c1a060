/** Text to token ids and back. */
export interface Tokenizer {
  /**
   * The ids of a text, without a beginning-of-sequence token.
   * @throws UserError when the text has a piece that is not in the vocabulary and there is no token for such pieces.
   */
  encode(text: string): Int32Array;
  /** The text of some ids; special tokens are written out. */
  decode(ids: ArrayLike<number>): string;
  /** The token of a whole text, or undefined when it takes several, none, or the unknown token. */
  singleToken(text: string): number | undefined;
  /** The id put in front of every prompt. */
  readonly bos: number;
  /** The id that stands for pieces outside of the vocabulary, in tokenizers that have one. */
  readonly unknown: number | undefined;
  /** The largest id plus 1; a model's embedding may have more rows. */
  readonly vocabulary: number;
}
