/** The reasons why a pair cannot be used, in the same words for every source. */
import { formatInteger } from "@ft/artifacts";
import type { ModelConfig } from "../families/index.ts";

export const reasons = {
  empty: "a prompt is empty",
  long: "a prompt is too long",
  samePrompts: "both prompts are the same",
  sameAnswers: "both prompts have the same answer",
  noAnswer: "the answer is empty",
  answer: "the answer is not one token",
  noCorruptedAnswer: "the corrupted answer is missing",
  corruptedAnswer: "the corrupted answer is not one token",
  term: "a term of the prompt is not one token",
  parts: "a word of the prompt is not split where it must be",
  unknown: "a prompt has a word that the tokenizer does not know",
  length: "the two prompts differ in their number of tokens",
  vocabulary: "a token is not in the model's vocabulary",
  foreignId: "an answer's token id is not what follows its prompt in this tokenizer",
  foreignTokens: "a prompt's tokens are not those of its text",
  foreignAnswer: "an answer's token is not that of its text",
} as const;

export type Reason = (typeof reasons)[keyof typeof reasons];

/** A pair that cannot be used. */
export interface Rejection {
  reason: Reason;
  /** What exactly was found, for people; computed only if it is shown. */
  detail?: () => string;
  /** The word of the prompt that is not one token. */
  term?: string;
}

/** The properties of a model that determine which pairs it can use. */
export type ModelLimits = Pick<ModelConfig, "vocabulary" | "maxPositions">;

/** Limits that are never reached, for a tokenizer without a model. */
export const noLimits: ModelLimits = {
  vocabulary: Number.POSITIVE_INFINITY,
  maxPositions: Number.POSITIVE_INFINITY,
};

/** Far more characters than a token has; encoding a single word of megabytes would take minutes. */
const CHARACTERS_PER_TOKEN = 32;

/** Rejects prompts, as text or tokens, that are far longer than any that fit the model's context. */
export function rejectLength(
  prompts: readonly { length: number }[],
  { maxPositions }: ModelLimits,
): Rejection | undefined {
  const most = CHARACTERS_PER_TOKEN * maxPositions;
  const found = prompts.find(({ length }) => length > most);
  if (found === undefined) return undefined;
  const unit = typeof found === "string" ? "characters" : "tokens";
  const detail = () =>
    `${formatInteger(found.length)} ${unit}, for a context of ${formatInteger(maxPositions)} tokens`;
  return { reason: reasons.long, detail };
}

/**
 * Why a model cannot use two prompts of token ids as a pair: they are empty or differ in length, or an id is outside its
 * vocabulary.
 *
 * @param vocabulary number of tokens the model knows
 */
export function rejectPrompts(
  clean: ArrayLike<number>,
  corrupted: ArrayLike<number>,
  vocabulary: number,
): Rejection | undefined {
  if (clean.length === 0 || corrupted.length === 0) return { reason: reasons.empty };
  if (clean.length !== corrupted.length) {
    return { reason: reasons.length, detail: () => `${clean.length} and ${corrupted.length}` };
  }
  return rejectIds(clean, vocabulary) ?? rejectIds(corrupted, vocabulary);
}

/** Rejects ids that are outside a model's vocabulary. */
export function rejectIds(ids: ArrayLike<number>, vocabulary: number): Rejection | undefined {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabulary) continue;
    return {
      reason: reasons.vocabulary,
      detail: () => `token ${id}; tokens run from 0 to ${vocabulary - 1}`,
    };
  }
  return undefined;
}
