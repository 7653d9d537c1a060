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

/** A pair with rules on the words of its prompts. */
export interface EncodablePair extends Omit<RawPair, "kind"> {
  /** Words that must each be one token after a space. @default none */
  terms?: readonly string[];
}

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
  /** Encoders of pairs that are joined to their answers in another way. */
  readonly #others = new Map<Join, PairEncoder>();
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
    const { clean, corrupted, join = this.#join } = pair;
    if (join !== this.#join) return this.#joinedBy(join).encode(pair);
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

  #joinedBy(join: Join): PairEncoder {
    const known = this.#others.get(join);
    if (known !== undefined) return known;
    const options = { corruptedAnswerIsToken: this.#corruptedAnswerIsToken, limits: this.#limits };
    const encoder = new PairEncoder(this.#tokenizer, { ...options, join });
    this.#others.set(join, encoder);
    return encoder;
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
    const term = pair.terms?.find((word) => !this.#isToken(` ${word}`));
    if (term !== undefined) return { ...this.#notOneToken(reasons.term, "", ` ${term}`), term };
    const whole = pair.parts?.find(
      ([first, second]) => answerToken(this.#tokenizer!, ` ${first}`, second, "none") === undefined,
    );
    if (whole !== undefined) {
      const detail = () => describeAnswer(this.#tokenizer!, ` ${whole[0]}`, whole[1], "none");
      return { reason: reasons.parts, detail };
    }
    if (!this.#maybeToken(pair.answer)) return this.#notOneToken(reasons.answer, clean, answer);
    if (this.#corruptedAnswerIsToken && !this.#maybeToken(pair.corruptedAnswer ?? "")) {
      return this.#rejectCorruptedAnswer(corrupted, corruptedAnswer);
    }
    return undefined;
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
    return (
      this.#rejectForeignId(pair.answer, clean, cleanTokens) ??
      this.#rejectForeignId(pair.corruptedAnswer, corrupted, corruptedTokens) ??
      this.#encodeAnswers({ ...texts, clean, corrupted }, pair, cleanTokens, corruptedTokens)
    );
  }

  /** Rejects an answer given as the id of a token that this tokenizer would not find after the prompt's text. */
  #rejectForeignId(
    id: string | number | undefined,
    prompt: string,
    before: readonly number[],
  ): Rejection | undefined {
    if (typeof id !== "number" || id >= this.#limits.vocabulary) return undefined;
    const tokenizer = this.#tokenizer!;
    if (id >= tokenizer.vocabulary)
      return { reason: reasons.foreignId, detail: () => `it has no token ${id}` };
    const text = tokenizer.decode([id]);
    // A word-level tokenizer decodes a word without the space before it.
    const follows = (["none", "space"] as const).some(
      (join) => answerToken(tokenizer, prompt, text, join, before) === id,
    );
    return follows ? undefined : { reason: reasons.foreignId, detail: () => `token ${id} is ${quote(text)}` };
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
