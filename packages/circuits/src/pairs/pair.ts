/** Pairs: a clean prompt, and a corrupted one of the same length with a different answer. */
import { UserError } from "@ft/artifacts";
import { rejectIds, rejectPrompts } from "@ft/model";

export interface Pair {
  clean: ArrayLike<number>;
  corrupted: ArrayLike<number>;
  /** The token that answers the clean prompt. */
  answer: number;
  /** The token that answers the corrupted prompt; some metrics need it. */
  wrong?: number | undefined;
}

/**
 * Checks that a model can take pairs, by the same rules as for files.
 *
 * @param vocabulary number of tokens the model knows
 * @throws UserError that names the first pair that is empty, differs in length, or has a token the model does not know
 */
export function checkPairs(pairs: readonly Pair[], vocabulary: number): void {
  if (pairs.length === 0) throw new UserError("there are no pairs", { remedy: "give at least one pair" });
  for (const [i, { clean, corrupted, answer, wrong = answer }] of pairs.entries()) {
    const rejected = rejectPrompts(clean, corrupted, vocabulary) ?? rejectIds([answer, wrong], vocabulary);
    if (rejected === undefined) continue;
    throw new UserError(`a pair cannot be used: ${rejected.reason}`, {
      place: `pair ${i + 1}`,
      value: rejected.detail?.(),
    });
  }
}

/** @throws UserError if a pair lacks the corrupted prompt's answer, which the metric needs */
export function checkWrong(pairs: readonly Pair[], metric: string): void {
  const without = pairs.findIndex(({ wrong }) => wrong === undefined);
  if (without < 0) return;
  throw new UserError(`metric ${metric} needs the corrupted prompt's answer as one token`, {
    place: `pair ${without + 1}`,
    remedy: 'give "wrong" for every pair, or use the metric "kl"',
  });
}
