/** Reads files of pairs: CSV, JSON Lines and JSON, checked as text only; whether a model can use a pair is checked later. */
import { formatInteger, readText, UserError } from "@ft/artifacts";
import type { Join } from "../tokenizer/answer-token.ts";
import { csvRows } from "./csv-rows.ts";
import { jsonRows } from "./json-rows.ts";
import { withYears } from "./start-years.ts";
import { Tally } from "./tally.ts";

/** A pair as a file or a task gives it. */
export interface RawPair {
  /** Text, or token ids that are used unchanged. */
  clean: string | readonly number[];
  /** Like `clean`: the prompt with the smallest change that changes its answer. */
  corrupted: string | readonly number[];
  /** The answer to the clean prompt as text, or as the id of its token. */
  answer: string | number;
  /** The answer to the corrupted prompt; omitted or empty if unknown. */
  corruptedAnswer?: string | number | undefined;
  /** What is between the prompts and their answers if that is part of the pair. @default as the reader was told */
  join?: Join | undefined;
  /** Words of the prompts, after a space, of whose two parts the second must be one token after the first. @default none */
  parts?: readonly (readonly [string, string])[] | undefined;
  /** The template that made it. @default chosen by the reader */
  kind?: string | undefined;
}

/** A pair from a file and its place there, such as "line 3". */
export interface PairRow extends RawPair {
  place: string;
}

/** A row that is not a pair: the reason, and what it holds instead. */
export interface Malformed {
  place: string;
  reason: string;
  detail?: string;
}

/** The findings of a format's reader. */
export interface FoundRows {
  rows: Iterable<PairRow | Malformed>;
  /** Ignored names of columns or keys, rendered; complete once the rows have been read. */
  ignored(): string;
}

export interface ReadOptions {
  /**
   * The column or key of the corrupted prompts, where a file has several kinds: EAP-IG's `corrupted_hard`, MIB's
   * `abc_counterfactual`. @default corrupted, or the counterfactual of MIB's circuit track
   */
  counterfactual?: string | undefined;
  /** What to do if there is no such file. */
  remedy?: string | undefined;
  /** Called with a line about what was ignored or replaced. @default no note */
  note?: ((text: string) => void) | undefined;
}

/**
 * The pairs of a UTF-8 file. A file named .csv is CSV; otherwise one that begins with "[" is a JSON array of objects, one
 * that begins with "{" or is named .json, .jsonl or .ndjson has one object per line, and everything else is CSV, with
 * commas, semicolons or tabs. Columns and keys are named in pair-fields.ts; others are ignored. Objects may also be rows
 * of MIB (mib-rows.ts), and rows of greater-than may name the start year as EAP-IG's do (start-years.ts).
 *
 * @throws UserError if the file cannot be read, has no rows, or has rows that are not pairs, all of them counted by reason
 */
export function readPairs(file: string, options: ReadOptions = {}): PairRow[] {
  const { counterfactual, remedy, note } = options;
  const text = readText(file, { remedy, wanted: "CSV or JSON" });
  const read = formatOf(file, text) === "csv" ? csvRows : jsonRows;
  const { rows, ignored } = read(text, file, counterfactual);
  const pairs: PairRow[] = [];
  const malformed = new Tally();
  let years = 0;
  for (const row of rows) {
    if ("reason" in row) {
      const { place, reason, detail } = row;
      malformed.add(reason, place, detail === undefined ? undefined : () => detail);
      continue;
    }
    const completed = withYears(row);
    if (completed !== undefined) years++;
    pairs.push(completed ?? row);
  }
  if (malformed.total > 0) {
    const total = malformed.total + pairs.length;
    throw new UserError(malformed.list(`${malformed.total} of ${total} rows are not pairs`), {
      file,
      remedy: "a pair has clean, corrupted, answer and, if known, wrong (the answer to the corrupted prompt)",
    });
  }
  if (pairs.length === 0)
    throw new UserError("the file has no rows", { file, remedy: "give at least one pair" });
  if (ignored() !== "") note?.(`${file}: ignored ${ignored()}`);
  if (years > 0) {
    note?.(
      `${file}: ${formatInteger(years)} rows of greater-than name the start year; its answers became the middle of the years after it and, as the wrong answer, of those up to it`,
    );
  }
  return pairs;
}

function formatOf(file: string, text: string): "csv" | "json" {
  if (/\.csv$/i.test(file)) return "csv";
  return /^\s*[[{]/.test(text) || /\.(json|jsonl|ndjson)$/i.test(file) ? "json" : "csv";
}
