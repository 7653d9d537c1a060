/** Checks the rows of a dataset that another program wrote: their tokens must be those of their texts. */
import { type DatasetRow, renderValue } from "@ft/artifacts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { foreignToken } from "./dataset.ts";
import { type EncodedPair, PairEncoder } from "./pair-encoder.ts";
import { type ModelLimits, type Rejection, reasons } from "./reasons.ts";

/** Encodes rows unchanged, or says why one cannot be used. */
export class RowEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #limits: ModelLimits;
  /** One per join that can matter: a prompt that ends in a newline has its answer there under "space" too. */
  readonly #encoders: readonly PairEncoder[];

  constructor(tokenizer: Tokenizer, limits: ModelLimits) {
    this.#tokenizer = tokenizer;
    this.#limits = limits;
    this.#encoders = (["space", "none"] as const).map((join) => new PairEncoder(tokenizer, { join, limits }));
  }

  /**
   * The row itself, if its texts can be used and its tokens are theirs: both prompts as the tokenizer encodes them, BOS
   * first, and each answer's only token after its prompt, whether a space, a newline or nothing joins the two. The
   * corrupted answer's token may be left out.
   */
  encode(row: DatasetRow): EncodedPair | Rejection {
    return this.#rejectTokens(row) ?? this.#compare(row);
  }

  #rejectTokens(row: DatasetRow): Rejection | undefined {
    const { vocabulary } = this.#limits;
    const [column, token] = foreignToken(row, vocabulary) ?? [];
    if (column !== undefined) {
      const detail = () => `column ${column}: token ${token}; tokens run from 0 to ${vocabulary - 1}`;
      return { reason: reasons.vocabulary, detail };
    }
    const textless = (["clean", "corrupted"] as const).find((column) => row[column].trim() === "");
    if (textless === undefined) return undefined;
    const text = () => renderValue(this.#tokenizer.decode(row[`${textless}Tokens`]));
    return {
      reason: reasons.empty,
      detail: () => `column ${textless}: write the text of its tokens, ${text()}`,
    };
  }

  #compare(row: DatasetRow): EncodedPair | Rejection {
    let rejection: Rejection | undefined;
    for (const encoder of this.#encoders) {
      const encoded = encoder.encode(row);
      const found = "reason" in encoded ? encoded : this.#difference(row, encoded);
      if (found === undefined) return row;
      rejection ??= found;
    }
    return rejection!;
  }

  /** How the row's tokens differ from those of its texts. */
  #difference(row: DatasetRow, encoded: EncodedPair): Rejection | undefined {
    for (const column of ["cleanTokens", "corruptedTokens"] as const) {
      const [found, expected] = [row[column], encoded[column]];
      const i = Array.from({ length: Math.max(found.length, expected.length) }).findIndex(
        (_, i) => found[i] !== expected[i],
      );
      if (i < 0) continue;
      const detail = () =>
        `column ${column}: token ${i} is ${this.#show(found[i])}, not ${this.#show(expected[i])}`;
      return { reason: reasons.foreignTokens, detail };
    }
    for (const column of ["answerToken", "corruptedAnswerToken"] as const) {
      const [found, expected] = [row[column], encoded[column]];
      if (found === expected || (column === "corruptedAnswerToken" && found === null)) continue;
      const detail = () => `column ${column}: ${this.#show(found)}, not ${this.#show(expected)}`;
      return { reason: reasons.foreignAnswer, detail };
    }
    return undefined;
  }

  #show(token: number | null | undefined): string {
    if (token == null) return token === null ? "null" : "missing";
    return `${token} (${renderValue(this.#tokenizer.decode([token]))})`;
  }
}
