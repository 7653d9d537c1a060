import { UserError } from "@ft/artifacts";
import { CsvError, parse } from "csv-parse/sync";
import { type FieldNames, findFields, holdsTokenId, renderIgnored } from "./pair-fields.ts";
import type { FoundRows, Malformed, PairRow } from "./read-pairs.ts";

interface CsvRecord {
  record: string[];
  /** `lines`: the record's last line, from 1. */
  info: { lines: number };
}

/**
 * The pairs of comma-separated text whose first line names the columns. Prompts are kept letter by letter.
 * @throws UserError if quotes are broken, or the header lacks a column
 */
export function csvRows(text: string, file: string): FoundRows {
  const [header, ...records] = parseCsv(text, file);
  if (header === undefined) return { rows: [], ignored: () => "" };
  const names = header.record;
  const fields = findFields(names, "column");
  if (typeof fields === "string") {
    throw new UserError(fields, {
      file,
      place: "line 1",
      value: names.slice(0, 20),
      remedy: "the first line names the columns, separated by commas: clean,corrupted,answer[,wrong][,kind]",
    });
  }
  const rows = records.map(({ record, info }) => {
    const place = `line ${info.lines}`;
    if (record.length === names.length) return rowOf(record, names, fields, place);
    const detail = `${record.length}, not ${names.length}`;
    return { place, reason: "the number of fields differs from the header's", detail };
  });
  const ignored = renderIgnored(fields);
  return { rows, ignored: () => ignored && `columns ${ignored}` };
}

function parseCsv(text: string, file: string): CsvRecord[] {
  try {
    return parse(text, {
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError("the file is not well-formed CSV", {
      file,
      place: typeof error.lines === "number" ? `line ${error.lines}` : undefined,
      remedy: error.message,
    });
  }
}

function rowOf(
  record: readonly string[],
  header: readonly string[],
  { of }: FieldNames,
  place: string,
): PairRow | Malformed {
  const cell = (name: string | undefined) => (name === undefined ? "" : record[header.indexOf(name)]!);
  const answers: (string | number)[] = [];
  for (const name of [of.answer, of.corruptedAnswer]) {
    const text = cell(name);
    if (name === undefined || !holdsTokenId(name) || text.trim() === "") answers.push(text);
    // pandas writes whole numbers as 5.0 if others in the column are missing.
    else if (/^\s*\d+(\.0+)?\s*$/.test(text)) answers.push(Number(text));
    else
      return { place, reason: `\`${name}\` is not one token id`, detail: JSON.stringify(text.slice(0, 100)) };
  }
  const [answer = "", corruptedAnswer] = answers;
  const kind = cell(of.kind) || undefined;
  return { place, clean: cell(of.clean), corrupted: cell(of.corrupted), answer, corruptedAnswer, kind };
}
