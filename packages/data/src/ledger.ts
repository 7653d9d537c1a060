/** Keeps the splits apart: which of them holds which prompt. */
import type { Split } from "./form.ts";
import type { Candidate } from "./task.ts";

/** A split that holds a prompt, and the place of the pair that added it. */
export interface Holder {
  split: Split;
  place: string;
}

type Prompts = Pick<Candidate, "clean" | "corrupted" | "question">;

/**
 * The prompts and questions added so far. A prompt (clean or corrupted) or question of one split may be in no
 * other; within a split, a prompt may be clean in one pair and corrupted in others.
 */
export class Ledger {
  readonly #clean = new Map<string, Holder>();
  readonly #holders = new Map<string, Holder>();

  /** The earlier place of the same clean prompt. */
  repeated(pair: Prompts): Holder | undefined {
    return this.#clean.get(pair.clean);
  }

  /** The holders of the pair's prompts and its question, one for each split. */
  holders(pair: Prompts): Holder[] {
    const found = promptsOf(pair).flatMap((prompt) => this.#holders.get(prompt) ?? []);
    return found.filter(({ split }, i) => found.findIndex((other) => other.split === split) === i);
  }

  /** Why the pair cannot be in a split, and the place of the pair that it conflicts with. */
  conflict(pair: Prompts, split: Split): { reason: string; place: string } | undefined {
    const same = this.repeated(pair);
    if (same) return { reason: "duplicate clean prompt", place: same.place };
    const other = this.holders(pair).find((holder) => holder.split !== split);
    return other && { reason: "a prompt of the row is in another split", place: other.place };
  }

  /** Adds the pair's prompts to a split; no other split may hold them. */
  add(pair: Prompts, split: Split, place = ""): void {
    const holder = { split, place };
    this.#clean.set(pair.clean, holder);
    for (const prompt of promptsOf(pair)) {
      if (!this.#holders.has(prompt)) this.#holders.set(prompt, holder);
    }
  }
}

function promptsOf({ clean, corrupted, question }: Prompts): string[] {
  return question === undefined ? [clean, corrupted] : [clean, corrupted, question];
}
