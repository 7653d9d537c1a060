/** Draws a task's examples into splits that share no prompt. */
import { type DatasetRow, formatInteger, seededRandom } from "@ft/artifacts";
import { Admission, type Join, type ModelLimits, type Tokenizer } from "@ft/model";
import { type DrawRequest, drawPairs } from "./draw-pairs.ts";
import { exhausted } from "./exhausted.ts";
import { encodersOf, type Form } from "./form.ts";
import { numberRows } from "./number-rows.ts";
import { Places, type Shares, splitSizes } from "./places.ts";
import type { Sampler } from "./task.ts";

export interface GenerateRequest {
  sampler: Sampler;
  tokenizer: Tokenizer;
  /** Number of examples over all splits. */
  examples: number;
  shares: Shares;
  form: Form;
  /** What is between a prompt and its answer. @default "space" */
  join?: Join;
  /** What the model can take. @default anything */
  limits?: ModelLimits | undefined;
  /** Reject pairs whose corrupted answer is not one token. @default as the task says */
  corruptedAnswerIsToken?: boolean;
  seed: number;
  /** Called after every example found. */
  found?(): void;
  /** Called with each message about rejected draws and lost values. */
  note?(text: string): void;
}

/**
 * The rows of a dataset, numbered split by split (train, validation, circuit, test), in random order within a split. The
 * same request gives the same rows.
 * @throws UserError if the task has too few pairs, that is, after 10,000 + 100 * examples unsuccessful draws in a row
 */
export function generate(request: GenerateRequest): DatasetRow[] {
  const { sampler, tokenizer, examples, shares, form, join, limits, seed, found } = request;
  const { corruptedAnswerIsToken = sampler.corruptedAnswerIsToken } = request;
  const draw: DrawRequest = {
    sampler,
    encoders: encodersOf(tokenizer, { form, join, limits, corruptedAnswerIsToken }),
    admission: new Admission({ limits }),
    places: new Places(splitSizes(examples, shares), sampler.balanced),
    patience: 10_000 + 100 * examples,
    random: seededRandom(seed, "examples"),
    dealer: seededRandom(seed, "splits"),
    found,
  };
  const rows = drawPairs(draw);
  if (draw.places.left > 0) throw exhausted(draw);
  for (const message of messages(draw.admission)) request.note?.(message);
  return numberRows(seededRandom(seed, "order").shuffle(rows));
}

/** The most words that a message names. */
const SHOWN_TERMS = 8;

/** The messages about draws that were rejected and values that were lost. */
function messages(admission: Admission): string[] {
  const { dropped, judged, terms } = admission;
  if (dropped.total === 0) return admission.doubts();
  const counted = `${formatInteger(dropped.total)} of ${formatInteger(judged)} draws rejected`;
  const words = [...terms].slice(0, SHOWN_TERMS).join(", ");
  const left = `no prompt has ${formatInteger(terms.size)} of the task's words, which are not one token: ${words}`;
  return [
    `${counted}: ${dropped.summary()}`,
    ...(terms.size > 0 ? [`${left}${terms.size > SHOWN_TERMS ? ", ..." : ""}`] : []),
    ...admission.doubts(),
  ];
}
