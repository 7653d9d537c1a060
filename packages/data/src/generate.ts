/** Draws a task's examples, shared out so that the splits share no prompt. */
import { type DatasetRow, seededRandom } from "@ft/artifacts";
import type { Tokenizer } from "@ft/model";
import { type DrawRequest, drawPairs } from "./draw-pairs.ts";
import { exhausted } from "./exhausted.ts";
import { numberRows } from "./number-rows.ts";
import { type Form, PairEncoder } from "./pair-encoder.ts";
import { Places, type Shares, splitSizes } from "./places.ts";
import type { Sampler } from "./task.ts";

export interface GenerateRequest {
  sampler: Sampler;
  tokenizer: Tokenizer;
  /** Number of examples over all splits. */
  examples: number;
  shares: Shares;
  form: Form;
  /** Reject pairs whose corrupted answer is not one token. @default as the task says */
  corruptedAnswerIsToken?: boolean;
  seed: number;
  /** Called after every example found. */
  found?(): void;
}

/**
 * The rows of a dataset, numbered split by split (train, validation, circuit), in random order within a split. The
 * same request gives the same rows.
 * @throws UserError if the task has too few pairs, which is so when 10,000 + 100 * examples draws in a row are in vain
 */
export function generate(request: GenerateRequest): DatasetRow[] {
  const { sampler, tokenizer, examples, shares, form, seed, found } = request;
  const { corruptedAnswerIsToken = sampler.corruptedAnswerIsToken } = request;
  const draw: DrawRequest = {
    sampler,
    encoder: new PairEncoder(tokenizer, { form, corruptedAnswerIsToken }),
    places: new Places(splitSizes(examples, shares), sampler.balanced),
    patience: 10_000 + 100 * examples,
    random: seededRandom(seed, "examples"),
    dealer: seededRandom(seed, "splits"),
    found,
  };
  const drawn = drawPairs(draw);
  if (draw.places.left > 0) throw exhausted(draw);
  return numberRows(seededRandom(seed, "order").shuffle(drawn.rows));
}
