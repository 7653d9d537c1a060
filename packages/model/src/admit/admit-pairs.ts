import type { Join } from "../tokenizer/answer-token.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Admission, type Policy } from "./admission.ts";
import { type EncodedPair, PairEncoder } from "./pair-encoder.ts";
import { readPairs } from "./read-pairs.ts";
import type { ModelLimits } from "./reasons.ts";

export interface AdmitRequest {
  file: string;
  limits: ModelLimits;
  /** Opened when the first text pair is read. */
  tokenizer(): Promise<Tokenizer>;
  /** @default "space" */
  join?: Join | undefined;
  /** See `ReadOptions`. @default corrupted, or the counterfactual of MIB's circuit track */
  counterfactual?: string | undefined;
  unusable: Policy;
  /** Whether a pair without a corrupted answer of one token cannot be used. @default false */
  corruptedAnswerIsToken?: boolean | undefined;
  /** Called with each message about what was ignored, left out or lost. */
  note(text: string): void;
}

/**
 * The pairs of one file, for a model; see {@link readPairs} for the formats.
 * @throws UserError if the file cannot be read, or if rows cannot be used and that is an error
 */
export async function admitPairs(request: AdmitRequest): Promise<EncodedPair[]> {
  const { file, limits, join, counterfactual, unusable, corruptedAnswerIsToken, note } = request;
  const rows = readPairs(file, { counterfactual, note });
  const tokenizer = rows.some(({ clean }) => typeof clean === "string")
    ? await request.tokenizer()
    : undefined;
  const encoder = new PairEncoder(tokenizer, { join, limits, corruptedAnswerIsToken });
  const admission = new Admission({ unusable, limits });
  const pairs = rows.flatMap((row) => admission.judge(encoder, row, `${file}, ${row.place}`) ?? []);
  for (const message of admission.finish()) note(message);
  return pairs;
}
