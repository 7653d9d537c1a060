/** Turns files of prompts into a dataset. */
import { type DatasetRow, formatInteger, type LeftOut, seededRandom, UserError } from "@ft/artifacts";
import {
  Admission,
  type EncodedPair,
  type Join,
  type ModelLimits,
  type PairEncoder,
  type PairRow,
  type Policy,
  type RowAction,
  readPairs,
  type Tokenizer,
} from "@ft/model";
import { carve } from "./carve.ts";
import { encodersOf, type Form, type Split } from "./form.ts";
import { type FileKey, fileKeys } from "./imported-files.ts";
import { Ledger } from "./ledger.ts";
import { numberRows } from "./number-rows.ts";

export interface ImportRequest {
  /** The files of each split, or those to divide; paths relative to the working folder unless absolute. */
  files: Partial<Record<FileKey, readonly string[]>>;
  /** What to do with rows whose clean prompt repeats one of their split, or that share a prompt with another split. */
  repeated: RowAction;
  /** What to do with rows that the model cannot use. */
  unusable: RowAction;
  /** The column or key of the corrupted prompts; see `ReadOptions`. @default corrupted, or that of MIB's circuit track */
  counterfactual?: string | undefined;
  /** Fractions of the rows of `all`; of the training rows for a validation or test split without a file. */
  shares: { validation: number; circuit?: number; test?: number };
  tokenizer: Tokenizer;
  form: Form;
  /** @default "space" */
  join?: Join;
  /** What the model can take. @default anything */
  limits?: ModelLimits | undefined;
  /** Whether a row is unusable if its corrupted answer is not one token; otherwise the token is null. @default false */
  corruptedAnswerIsToken?: boolean;
  seed: number;
  /** Called with each message about what was ignored, left out or lost. */
  note?(text: string): void;
}

export interface Imported {
  rows: DatasetRow[];
  /** Rows left out, by reason, the most common first. */
  leftOut: LeftOut[];
}

const REMEDY = "paths in an experiment are relative to the experiment's folder";

/** A row before it is numbered; `clean` and `corrupted` without the form's newline. */
interface ImportedRow {
  split: Split;
  clean: string;
  corrupted: string;
  pair: PairRow;
  encoded: EncodedPair;
}

/**
 * The rows of the files, numbered split by split, each in its file's order. The splits share no prompt: rows that
 * would break this are an error or left out, and rows linked by a prompt stay together when a split is carved out.
 * @throws UserError that counts the unusable rows by reason, with the first places
 */
export function importDataset(request: ImportRequest): Imported {
  const { files, form, join, limits, corruptedAnswerIsToken = false, note } = request;
  const encoders = encodersOf(request.tokenizer, { form, join, limits, corruptedAnswerIsToken });
  const admission = new Admission({ unusable: policy("unusable", request.unusable), limits });
  const ledger = new Ledger();
  const rows = fileKeys.flatMap((key) => readRows(key, request, encoders, admission, ledger));
  for (const message of admission.finish()) note?.(message);
  shareOut(rows, request);
  const numbered = rows.map(({ split, pair, encoded }) => {
    const { kind = "imported" } = pair;
    // Rows of `all` were encoded before their split was known, and fit either form.
    const known = files.all === undefined || encoders.train === encoders.circuit;
    return { split, kind, ...(known ? encoded : (encoders[split].encode(pair) as EncodedPair)) };
  });
  return { rows: numberRows(numbered), leftOut: admission.dropped.leftOut };
}

function policy(key: "unusable" | "repeated", choice: RowAction): Policy {
  return { choice, remedy: `set \`import.${key}\` to "drop"` };
}

/** The usable rows of the files under one key; those of `all` start in the split "train". */
function readRows(
  key: FileKey,
  { files, repeated, counterfactual, note }: ImportRequest,
  encoders: Readonly<Record<Split, PairEncoder>>,
  admission: Admission,
  ledger: Ledger,
): ImportedRow[] {
  const split = key === "all" ? "train" : key;
  const encoder = key === "all" ? inEveryForm(encoders) : encoders[split];
  const rows: ImportedRow[] = [];
  for (const file of files[key] ?? []) {
    for (const pair of readPairs(file, { counterfactual, note, remedy: REMEDY })) {
      const place = `${file}, ${pair.place}`;
      const encoded = admission.judge(encoder, pair, place);
      if (encoded === undefined) continue;
      const clean = typeof pair.clean === "string" ? pair.clean : encoded.clean;
      const corrupted = typeof pair.corrupted === "string" ? pair.corrupted : encoded.corrupted;
      const prompts = { clean, corrupted };
      const conflict = ledger.conflict(prompts, split);
      if (conflict !== undefined) {
        admission.reject(policy("repeated", repeated), conflict.reason, place, () => `see ${conflict.place}`);
        continue;
      }
      ledger.add(prompts, split, place);
      rows.push({ split, ...prompts, pair, encoded });
    }
  }
  return rows;
}

/** Moves rows out of the split "train" by the given shares; rows linked by a prompt stay together. */
function shareOut(rows: readonly ImportedRow[], { files, shares, seed, note }: ImportRequest): void {
  const carveOut = (split: Split, share: number, whole: readonly ImportedRow[]) => {
    const left = rows.filter((row) => row.split === "train");
    const count = Math.round(whole.length * share);
    const taken = carve(left, count, seededRandom(seed, `carve ${split}`));
    for (const row of taken) row.split = split;
    if (taken.size === count) return;
    const problem = `${formatInteger(taken.size)} of ${formatInteger(count)} rows fit in the split ${split}: rows that share a prompt stay together`;
    if (split === "circuit" && taken.size === 0) {
      throw new UserError(problem, {
        place: "split.circuit",
        value: share,
        remedy: "give pairs different prompts, or a file for each split",
      });
    }
    note?.(problem);
  };
  if (files.all !== undefined) carveOut("circuit", shares.circuit ?? 0, rows);
  const whole = files.all === undefined ? rows.filter((row) => row.split === "train") : rows;
  if (files.test === undefined && shares.test) carveOut("test", shares.test, whole);
  if (files.validation === undefined) carveOut("validation", shares.validation, whole);
}

/** Encodes for circuits if a pair can be trained on too. */
function inEveryForm({ train, circuit }: Readonly<Record<Split, PairEncoder>>): Pick<PairEncoder, "encode"> {
  if (train === circuit) return circuit;
  return {
    encode(pair) {
      const encoded = circuit.encode(pair);
      return "reason" in encoded ? encoded : train.encode(pair);
    },
  };
}
