/** Text to tokens: checks with the model's own tokenizer whether a pair of prompts can be used. */
import { type DatasetRow, renderValue as quote, UserError } from "@ft/artifacts";
import {
  answerToken,
  bareAnswer,
  describeAnswer,
  endPrompt,
  type Join,
  LONGEST_ANSWER,
} from "../tokenizer/answer-token.ts";
import { encodePrompt, type Tokenizer } from "../tokenizer/tokenizer.ts";
import type { RawPair } from "./read-pairs.ts";
import {
  type ModelLimits,
  noLimits,
  type Reason,
  type Rejection,
  reasons,
  rejectIds,
  rejectLength,
  rejectPrompts,
} from "./reasons.ts";
import { unknownWord } from "./unknown-word.ts";

/** A usable pair: the texts as the model reads them and their tokens, BOS first. */
export type EncodedPair = Omit<DatasetRow, "example" | "split" | "kind">;

export interface EncoderOptions {
  /** What is between a prompt and its answer. @default "space" */
  join?: Join | undefined;
  /** Whether to reject pairs whose corrupted answer is not one token; otherwise its token is null. @default false */
  corruptedAnswerIsToken?: boolean | undefined;
  /** @default noLimits */
  limits?: ModelLimits | undefined;
}

/** A pair, and words of its prompts that must each be one token after a space. */
export type EncodablePair = Omit<RawPair, "kind"> & { terms?: readonly string[] };

interface Texts {
  clean: string;
  corrupted: string;
  answer: string;
  corruptedAnswer: string;
}

/** Encodes pairs for one tokenizer, or says why one cannot be used. */
export class PairEncoder {
  readonly #tokenizer: Tokenizer | undefined;
  readonly #join: Join;
  readonly #corruptedAnswerIsToken: boolean;
  readonly #limits: ModelLimits;
  /** Cached answers of {@link PairEncoder.#isToken}. */
  readonly #isTokenOf = new Map<string, boolean>();

  /**
   * @param tokenizer may be omitted if all pairs are token ids
   * @throws UserError if prompts end in a newline that the tokenizer drops
   */
  constructor(tokenizer: Tokenizer | undefined, options: EncoderOptions = {}) {
    this.#tokenizer = tokenizer;
    this.#join = options.join ?? "space";
    this.#corruptedAnswerIsToken = options.corruptedAnswerIsToken ?? false;
    this.#limits = options.limits ?? noLimits;
    if (tokenizer !== undefined && this.#join === "newline" && dropsNewlines(tokenizer)) {
      throw new UserError("prompts end in a newline, which has no token in this tokenizer", {
        place: "join",
        value: this.#join,
        remedy: "join answers to prompts by a space",
      });
    }
  }

  /** The pair with its tokens. An unknown corrupted answer becomes "". */
  encode(pair: EncodablePair): EncodedPair | Rejection {
    const { clean, corrupted } = pair;
    if (typeof clean !== "string" || typeof corrupted !== "string") {
      return this.#encodeIds(pair, clean as readonly number[], corrupted as readonly number[]);
    }
    const answer = this.#textOf(pair.answer);
    const corruptedAnswer = this.#textOf(pair.corruptedAnswer ?? "");
    const texts = { clean, corrupted, answer, corruptedAnswer };
    try {
      return this.#rejectByWords(texts, pair) ?? this.#encodeTexts(texts, pair);
    } catch (error) {
      // A tokenizer without an unknown token has none for a piece of the text.
      if (!(error instanceof UserError)) throw error;
      return { reason: reasons.unknown, detail: () => quote(error.at.value ?? error.problem) };
    }
  }

  /** The cheap rules, which do not need the prompts' tokens: most candidates of some tasks fail one of them. */
  #rejectByWords(texts: Texts, pair: EncodablePair): Rejection | undefined {
    const { clean, corrupted, answer, corruptedAnswer } = texts;
    if (clean.trim() === "" || corrupted.trim() === "") return { reason: reasons.empty };
    const tooLong = rejectLength([clean, corrupted], this.#limits);
    if (tooLong !== undefined) return tooLong;
    if (clean === corrupted) return { reason: reasons.samePrompts, detail: () => quote(clean) };
    if (answer === "") return { reason: reasons.noAnswer };
    if (answer === corruptedAnswer) return { reason: reasons.sameAnswers, detail: () => quote(answer) };
    if (!this.#maybeToken(pair.answer)) return this.#notOneToken(reasons.answer, clean, answer);
    if (this.#corruptedAnswerIsToken && !this.#maybeToken(pair.corruptedAnswer ?? "")) {
      return this.#rejectCorruptedAnswer(corrupted, corruptedAnswer);
    }
    const term = pair.terms?.find((word) => !this.#isToken(` ${word}`));
    return term === undefined ? undefined : this.#notOneToken(reasons.term, "", ` ${term}`);
  }

  #encodeTexts(texts: Texts, pair: EncodablePair): EncodedPair | Rejection {
    const tokenizer = this.#tokenizer!;
    const clean = endPrompt(texts.clean, this.#join);
    const corrupted = endPrompt(texts.corrupted, this.#join);
    const cleanTokens = Array.from(encodePrompt(tokenizer, clean));
    const corruptedTokens = Array.from(encodePrompt(tokenizer, corrupted));
    const unknown =
      this.#rejectUnknown(clean, cleanTokens) ?? this.#rejectUnknown(corrupted, corruptedTokens);
    if (unknown !== undefined) return unknown;
    return this.#encodeAnswers({ ...texts, clean, corrupted }, pair, cleanTokens, corruptedTokens);
  }

  /** Token ids are used unchanged; their texts are what the tokenizer decodes. */
  #encodeIds(
    pair: EncodablePair,
    clean: readonly number[],
    corrupted: readonly number[],
  ): EncodedPair | Rejection {
    const rejected =
      rejectLength([clean, corrupted], this.#limits) ??
      rejectPrompts(clean, corrupted, this.#limits.vocabulary);
    if (rejected !== undefined) return rejected;
    const textOf = (ids: readonly number[]) =>
      this.#tokenizer?.decode(ids[0] === this.#tokenizer.bos ? ids.slice(1) : ids) ?? "";
    const texts = {
      clean: textOf(clean),
      corrupted: textOf(corrupted),
      answer: this.#textOf(pair.answer),
      corruptedAnswer: this.#textOf(pair.corruptedAnswer ?? ""),
    };
    return this.#encodeAnswers(texts, pair, [...clean], [...corrupted]);
  }

  /** The rules on two prompts' tokens, and on the answers that follow them. */
  #encodeAnswers(
    texts: Texts,
    pair: EncodablePair,
    cleanTokens: number[],
    corruptedTokens: number[],
  ): EncodedPair | Rejection {
    const { vocabulary } = this.#limits;
    const rejected = rejectPrompts(cleanTokens, corruptedTokens, vocabulary);
    if (rejected !== undefined) return rejected;
    if (cleanTokens.every((token, i) => token === corruptedTokens[i])) {
      return {
        reason: reasons.samePrompts,
        detail: () => `${quote(texts.clean)} and ${quote(texts.corrupted)}`,
      };
    }
    const token = this.#tokenOf(pair.answer, texts.clean, texts.answer, cleanTokens);
    const corruptedToken = this.#tokenOf(
      pair.corruptedAnswer,
      texts.corrupted,
      texts.corruptedAnswer,
      corruptedTokens,
    );
    if (token === null) return this.#notOneToken(reasons.answer, texts.clean, texts.answer);
    if (token === corruptedToken) return { reason: reasons.sameAnswers, detail: () => quote(texts.answer) };
    if (this.#corruptedAnswerIsToken && corruptedToken === null) {
      return this.#rejectCorruptedAnswer(texts.corrupted, texts.corruptedAnswer);
    }
    const outside = rejectIds([token, corruptedToken ?? token], vocabulary);
    if (outside !== undefined) return outside;
    return {
      ...texts,
      cleanTokens,
      corruptedTokens,
      answerToken: token,
      corruptedAnswerToken: corruptedToken,
    };
  }

  #rejectUnknown(text: string, tokens: readonly number[]): Rejection | undefined {
    const tokenizer = this.#tokenizer!;
    if (tokenizer.unknown === undefined || !tokens.includes(tokenizer.unknown)) return undefined;
    return { reason: reasons.unknown, detail: () => quote(unknownWord(tokenizer, text)) };
  }

  #notOneToken(reason: Reason, prompt: string, answer: string): Rejection {
    return { reason, detail: () => describeAnswer(this.#tokenizer!, prompt, answer, this.#join) };
  }

  #rejectCorruptedAnswer(prompt: string, answer: string): Rejection {
    if (answer === "") return { reason: reasons.noCorruptedAnswer };
    return this.#notOneToken(reasons.corruptedAnswer, prompt, answer);
  }

  /** An answer as text; a token id is decoded, if there is a tokenizer and the model has the token. */
  #textOf(answer: string | number): string {
    if (typeof answer === "string") return bareAnswer(answer, this.#join);
    if (this.#tokenizer === undefined || answer >= this.#tokenizer.vocabulary) return `#${answer}`;
    return bareAnswer(this.#tokenizer.decode([answer]), this.#join);
  }

  /** The token of an answer given as text or token id; null if it is not exactly one. */
  #tokenOf(
    given: string | number | undefined,
    prompt: string,
    answer: string,
    before: readonly number[],
  ): number | null {
    if (typeof given === "number") return given;
    if (!this.#maybeToken(answer)) return null;
    return answerToken(this.#tokenizer!, prompt, answer, this.#join, before) ?? null;
  }

  /** False only if the answer, given as text, cannot be a single token after any prompt. */
  #maybeToken(given: string | number): boolean {
    if (typeof given === "number") return true;
    const text = bareAnswer(given, this.#join);
    if (text === "" || text.length > LONGEST_ANSWER) return false;
    return this.#isToken(` ${text}`) || this.#isToken(text);
  }

  #isToken(text: string): boolean {
    const known = this.#isTokenOf.get(text);
    if (known !== undefined) return known;
    const found = this.#tokenizer!.singleToken(text) !== undefined;
    this.#isTokenOf.set(text, found);
    return found;
  }
}

/** Whether the tokenizer treats a newline as white space, as some word-level tokenizers do. */
export function dropsNewlines({ encode }: Tokenizer): boolean {
  return encode("=\n").length === encode("=").length;
}
