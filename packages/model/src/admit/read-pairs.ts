/** Reads files of pairs: CSV, JSON Lines and JSON, checked as text only; whether a model can use a pair is checked later. */
import { readText, UserError } from "@ft/artifacts";
import { csvRows } from "./csv-rows.ts";
import { jsonRows } from "./json-rows.ts";
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

/**
 * The pairs of a UTF-8 file. A file named .csv is CSV; otherwise one that begins with "[" is a JSON array of objects, one
 * that begins with "{" or is named .json, .jsonl or .ndjson has one object per line, and everything else is CSV, with
 * commas, semicolons or tabs. Columns and keys are named in pair-fields.ts; others are ignored.
 *
 * @param note called with a line about what was ignored. @default no note
 * @param remedy what to do if there is no such file
 * @throws UserError if the file cannot be read, has no rows, or has rows that are not pairs, all of them counted by reason
 */
export function readPairs(file: string, note?: (text: string) => void, remedy?: string): PairRow[] {
  const text = readText(file, { remedy, wanted: "CSV or JSON" });
  const { rows, ignored } = formatOf(file, text) === "csv" ? csvRows(text, file) : jsonRows(text, file);
  const pairs: PairRow[] = [];
  const malformed = new Tally();
  for (const row of rows) {
    if ("reason" in row) {
      const { place, reason, detail } = row;
      malformed.add(reason, place, detail === undefined ? undefined : () => detail);
    } else pairs.push(row);
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
  return pairs;
}

function formatOf(file: string, text: string): "csv" | "json" {
  if (/\.csv$/i.test(file)) return "csv";
  return /^\s*[[{]/.test(text) || /\.(json|jsonl|ndjson)$/i.test(file) ? "json" : "csv";
}
