/** Turns files of prompts into a dataset. */
import { type DatasetRow, seededRandom, UserError } from "@ft/artifacts";
import type { Tokenizer } from "@ft/model";
import { carve } from "./carve.ts";
import { Ledger } from "./ledger.ts";
import { numberRows, type UnnumberedRow } from "./number-rows.ts";
import { type EncodedPair, type Form, PairEncoder, type Split } from "./pair-encoder.ts";
import { type ImportedPair, readPairsCsv } from "./read-pairs-csv.ts";

export interface ImportRequest {
  /** A file for each split that there is; paths relative to the working folder unless absolute. */
  files: Partial<Record<Split, string>>;
  /** What becomes of a row whose clean prompt repeats one of its split or whose prompts stand in another split. */
  repeated: "error" | "drop";
  /** Fraction of the training rows that is carved out for validation if there is no file for that. */
  validation: number;
  tokenizer: Tokenizer;
  form: Form;
  /** Whether a row whose corrupted answer is not one token is an error; otherwise its token is null. @default false */
  corruptedAnswerIsToken?: boolean;
  seed: number;
}

/** A prompt in several files stays in the first of these. */
const ORDER: readonly Split[] = ["circuit", "validation", "train"];

/**
 * The rows of the files, numbered split by split, each in its file's order. The splits share no prompt: rows that
 * would are an error or left out, and a carved-out validation split takes all rows that are linked by a prompt.
 * @throws UserError that names file and line of a row that cannot be used
 */
export async function importDataset(request: ImportRequest): Promise<DatasetRow[]> {
  const { files, repeated, validation, tokenizer, form, corruptedAnswerIsToken = false, seed } = request;
  const encoder = new PairEncoder(tokenizer, { form, corruptedAnswerIsToken });
  const ledger = new Ledger();
  const rows: UnnumberedRow[] = [];
  for (const split of ORDER) {
    const file = files[split];
    for (const pair of file === undefined ? [] : await readPairsCsv(file)) {
      if (isTaken(pair, split, ledger, repeated)) continue;
      rows.push({ split, kind: pair.kind, ...encodeOrThrow(encoder, pair, split) });
      ledger.add(pair, split, `${file}, line ${pair.line}`);
    }
  }
  if (files.validation === undefined) {
    const train = rows.filter((row) => row.split === "train");
    const count = Math.round(train.length * validation);
    for (const row of carve(train, count, seededRandom(seed, "carve validation"))) row.split = "validation";
  }
  return numberRows(rows);
}

/** Whether a row is to be left out because its prompts stand elsewhere. @throws UserError if that is an error */
function isTaken(
  pair: ImportedPair,
  split: Split,
  ledger: Ledger,
  repeated: ImportRequest["repeated"],
): boolean {
  const same = ledger.repeated(pair);
  const elsewhere = same ?? ledger.holders(pair).find((holder) => holder.split !== split);
  if (elsewhere === undefined) return false;
  if (repeated === "drop") return true;
  const what =
    same === undefined ? "a prompt of the row stands in another split" : "the clean prompt is there already";
  throw new UserError(`${what}: see ${elsewhere.place}`, {
    file: pair.file,
    place: `line ${pair.line}`,
    value: { clean: pair.clean, corrupted: pair.corrupted },
    remedy:
      'Take the row out, or set `import.repeated` to "drop": held-out rows then win over training rows.',
  });
}

function encodeOrThrow(encoder: PairEncoder, pair: ImportedPair, split: Split): EncodedPair {
  const encoded = encoder.encode(pair, split);
  if (typeof encoded !== "string") return encoded;
  throw new UserError(`the row cannot be used: ${encoded}`, {
    file: pair.file,
    place: `line ${pair.line}`,
    value: { label: pair.answer, clean: pair.clean, corrupted: pair.corrupted },
    remedy: "The label follows the prompt after a space, so the prompt must not end in one.",
  });
}
