/** Text to tokens: decides with the model's own tokenizer whether a pair of prompts can be used. */
import { type DatasetRow, UserError } from "@ft/artifacts";
import { answerToken, encodePrompt, type Tokenizer } from "@ft/model";
import type { Candidate } from "./task.ts";

export type Split = DatasetRow["split"];

/**
 * How prompts end. "same": in every split alike, and the answer follows after a space. "paper": fine-tuned on (and
 * validated) as prompt, newline, answer, while circuit prompts end before the newline, so circuits are found at a
 * position that was never trained to answer.
 */
export const forms = ["same", "paper"] as const;
export type Form = (typeof forms)[number];

/** A pair that can be used: the texts in their form and their tokens, BOS first. */
export type EncodedPair = Omit<DatasetRow, "example" | "split" | "kind">;

const reasons = {
  samePrompts: "both prompts are the same",
  sameAnswers: "both prompts have the same answer",
  answer: "the answer is not one token",
  corruptedAnswer: "the corrupted answer is not one token",
  term: "a term of the prompt is not one token",
  unknown: "a prompt has a word that the tokenizer does not know",
  length: "the two prompts differ in their number of tokens",
} as const;

/** Why a pair cannot be used. */
export type Rejection = (typeof reasons)[keyof typeof reasons];

export interface EncoderOptions {
  form: Form;
  /** Reject pairs whose corrupted answer is not one token; otherwise its token is null. */
  corruptedAnswerIsToken: boolean;
}

type Pair = Pick<Candidate, "clean" | "corrupted" | "answer" | "corruptedAnswer" | "terms">;

/** Encodes pairs for one tokenizer, or says why one cannot be used. */
export class PairEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #options: EncoderOptions;
  /** Answers of {@link PairEncoder.#isToken} so far. */
  readonly #isTokenOf = new Map<string, boolean>();

  /** @throws UserError if the form ends prompts in a newline that the tokenizer drops */
  constructor(tokenizer: Tokenizer, options: EncoderOptions) {
    if (options.form === "paper" && tokenizer.encode("=\n").length === tokenizer.encode("=").length) {
      throw new UserError('form "paper" ends prompts in a newline, which has no token in this tokenizer', {
        place: "form",
        remedy: 'Use form "same".',
      });
    }
    this.#tokenizer = tokenizer;
    this.#options = options;
  }

  /** The pair in the form of its split with its tokens. A corrupted answer that there is not becomes "". */
  encode(pair: Pair, split: Split): EncodedPair | Rejection {
    const rejected = this.#rejectByWords(pair);
    if (rejected !== undefined) return rejected;
    const end = this.#options.form === "paper" && split !== "circuit" ? "\n" : "";
    const clean = pair.clean + end;
    const corrupted = pair.corrupted + end;
    const cleanTokens = this.#withBos(clean);
    const corruptedTokens = this.#withBos(corrupted);
    if (this.#hasUnknown(cleanTokens) || this.#hasUnknown(corruptedTokens)) return reasons.unknown;
    if (cleanTokens.length !== corruptedTokens.length) return reasons.length;
    const { answer, corruptedAnswer = "" } = pair;
    const token = this.#answerToken(clean, answer);
    const corruptedToken = this.#answerToken(corrupted, corruptedAnswer);
    if (token === null) return reasons.answer;
    if (this.#options.corruptedAnswerIsToken && corruptedToken === null) return reasons.corruptedAnswer;
    return {
      clean,
      corrupted,
      answer,
      corruptedAnswer,
      cleanTokens,
      corruptedTokens,
      answerToken: token,
      corruptedAnswerToken: corruptedToken,
    };
  }

  /** The rules that need no prompt's tokens: most candidates of some tasks fail one of them, at little cost. */
  #rejectByWords({ clean, corrupted, answer, corruptedAnswer, terms = [] }: Pair): Rejection | undefined {
    if (clean === corrupted) return reasons.samePrompts;
    if (answer === corruptedAnswer) return reasons.sameAnswers;
    if (!this.#maybeToken(answer)) return reasons.answer;
    const required = this.#options.corruptedAnswerIsToken;
    if (required && !this.#maybeToken(corruptedAnswer ?? "")) return reasons.corruptedAnswer;
    if (!terms.every((term) => this.#isToken(` ${term}`))) return reasons.term;
    return undefined;
  }

  #withBos(text: string): number[] {
    return Array.from(encodePrompt(this.#tokenizer, text));
  }

  #hasUnknown(tokens: readonly number[]): boolean {
    const { unknown } = this.#tokenizer;
    return unknown !== undefined && tokens.includes(unknown);
  }

  #answerToken(prompt: string, answer: string): number | null {
    if (!this.#maybeToken(answer)) return null;
    return answerToken(this.#tokenizer, prompt, answer) ?? null;
  }

  /** False only if the text can be no single token after any prompt. */
  #maybeToken(text: string): boolean {
    return text !== "" && (this.#isToken(` ${text}`) || this.#isToken(text));
  }

  #isToken(text: string): boolean {
    const known = this.#isTokenOf.get(text);
    if (known !== undefined) return known;
    const found = this.#tokenizer.singleToken(text) !== undefined;
    this.#isTokenOf.set(text, found);
    return found;
  }
}
