/** Packed rows: the text that one update of pretraining sees. */
import { seededRandom } from "@ft/artifacts";
import type { SupervisedSequence, Tokenizer } from "@ft/model";
import { documents, type Mixture } from "./mixture.ts";

export interface RowOptions {
  seed: number;
  /** The phase's name, which sets its documents apart from the other's. */
  phase: string;
  /** Number of the update, from 1. */
  step: number;
  /** Rows an update. */
  rows: number;
  /** Tokens a row that are read; the loss is on each one's successor. */
  length: number;
}

/**
 * The rows of one update. Each starts a document, goes on with others, a BOS token before each, and is cut at its end,
 * so it ends in the middle of one. They depend on the seed, phase and step alone: a run can go on from any step.
 */
export function rowsOfStep(
  mixture: Mixture,
  tokenizer: Pick<Tokenizer, "encode" | "bos">,
  { seed, phase, step, rows, length }: RowOptions,
): SupervisedSequence[] {
  const stream = documents(mixture, seededRandom(seed, `${phase}, update ${step}`));
  return Array.from({ length: rows }, () => {
    const tokens: number[] = [];
    while (tokens.length <= length) tokens.push(tokenizer.bos, ...tokenizer.encode(stream.next().value));
    const targets = Array.from({ length }, (_, position) => ({ position, token: tokens[position + 1]! }));
    return { tokens: tokens.slice(0, length), targets };
  });
}
