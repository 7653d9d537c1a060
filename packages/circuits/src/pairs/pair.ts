/** Contrast pairs: a clean prompt, and a corrupted one of the same length whose answer differs. */
import { UserError } from "@ft/artifacts";

export interface Pair {
  clean: ArrayLike<number>;
  corrupted: ArrayLike<number>;
  /** The token that answers the clean prompt. */
  answer: number;
  /** The token that answers the corrupted prompt; the logit difference needs it. */
  wrong?: number | undefined;
}

/** @throws UserError where a pair is empty, its prompts differ in length, or a token is not in the vocabulary. */
export function checkPairs(pairs: readonly Pair[], vocabulary: number, file?: string): void {
  const fail = (i: number, problem: string, value: unknown, remedy: string): never => {
    throw new UserError(problem, { ...(file && { file }), place: `pair ${i + 1}`, value, remedy });
  };
  if (pairs.length === 0) {
    throw new UserError("there are no pairs", { ...(file && { file }), remedy: "give at least one pair" });
  }
  pairs.forEach(({ clean, corrupted, answer, wrong }, i) => {
    if (clean.length !== corrupted.length) {
      fail(
        i,
        "the clean and the corrupted prompt have different numbers of tokens",
        `${clean.length} and ${corrupted.length}`,
        "activations are compared position by position: rewrite the corrupted prompt to the same length",
      );
    }
    if (clean.length === 0) fail(i, "the prompts are empty", [], "give at least one token");
    for (const token of [...Array.from(clean), ...Array.from(corrupted), answer, wrong ?? answer]) {
      if (!Number.isInteger(token) || token < 0 || token >= vocabulary) {
        fail(i, "a token is not in the model's vocabulary", token, `tokens run from 0 to ${vocabulary - 1}`);
      }
    }
  });
}

/** @throws UserError where a pair lacks the corrupted prompt's answer. */
export function checkWrong(pairs: readonly Pair[]): void {
  const without = pairs.findIndex(({ wrong }) => wrong === undefined);
  if (without < 0) return;
  throw new UserError("the logit difference needs the corrupted prompt's answer as one token", {
    place: `pair ${without + 1}`,
    remedy: 'give "wrong" for every pair, or take the metric "kl"',
  });
}
