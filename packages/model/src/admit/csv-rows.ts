import { UserError } from "@ft/artifacts";
import { CsvError, parse } from "csv-parse/sync";
import { countParts, type FieldNames, findFields, holdsTokenId, renderIgnored } from "./pair-fields.ts";
import type { FoundRows, Malformed, PairRow } from "./read-pairs.ts";

interface CsvRecord {
  record: string[];
  /** `lines`: the record's last line, from 1. */
  info: { lines: number };
}

/** The column separators: spreadsheets write semicolons if the decimal separator is a comma, and tabs on request. */
const separators = { commas: ",", semicolons: ";", tabs: "\t" } as const;
type Separator = keyof typeof separators;

/**
 * The pairs of separated text whose first line names the columns and shows the separator. Prompts are kept
 * exactly.
 *
 * @param counterfactual the column of the corrupted prompts. @default corrupted
 * @throws UserError if quotes are broken, or the header lacks a column
 */
export function csvRows(text: string, file: string, counterfactual?: string): FoundRows {
  const found = separatorOf(text);
  const separator = found ?? "commas";
  const [header, ...records] = parseCsv(text, separator, file);
  if (header === undefined) return { rows: [], ignored: () => "" };
  const names = header.record;
  const fields = findFields(names, "column", counterfactual);
  if (typeof fields === "string") {
    const by = found ?? "commas, semicolons or tabs";
    throw new UserError(fields, {
      file,
      place: "line 1",
      value: names.slice(0, 20),
      remedy: `the first line names the columns, separated by ${by}: ${columnsIn(separator)}`,
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

/** The separator with which the first line has the most parts of a pair; undefined if it has none with any. */
function separatorOf(text: string): Separator | undefined {
  let best: Separator | undefined;
  let most = 0;
  for (const separator of Object.keys(separators) as Separator[]) {
    const parts = countParts(headerOf(text, separator));
    if (parts > most) [best, most] = [separator, parts];
  }
  return best;
}

/** The first line's fields; none if it is not well-formed with this separator. */
function headerOf(text: string, separator: Separator): string[] {
  try {
    const options = { to: 1, relax_column_count: true, skip_empty_lines: true };
    const [header = []] = parse(text, { ...options, delimiter: separators[separator] });
    return header;
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}

/** An example of a header, with optional parts in brackets. */
function columnsIn(separator: Separator): string {
  const mark = separator === "tabs" ? "<tab>" : separators[separator];
  return `clean${mark}corrupted${mark}answer[${mark}wrong][${mark}kind]`;
}

function parseCsv(text: string, separator: Separator, file: string): CsvRecord[] {
  try {
    return parse(text, {
      delimiter: separators[separator],
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
