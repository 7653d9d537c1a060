/** Reads pairs of prompts from a comma-separated file, as the paper's authors publish theirs. */
import { readFile, stat } from "node:fs/promises";
import { didYouMean, UserError } from "@ft/artifacts";
import { CsvError, parse } from "csv-parse/sync";
import type { Candidate } from "./task.ts";

const LARGEST_FILE = 256 * 2 ** 20; // bytes
const REQUIRED = ["clean", "corrupted", "label"];
const KNOWN = [...REQUIRED, "corrupted_label"];

/** A pair and where it stands. */
export interface ImportedPair extends Candidate {
  file: string;
  /** Line of the file, from 1; the last one if quoted text breaks lines. */
  line: number;
}

/**
 * The pairs of a UTF-8 file with the columns clean, corrupted, label and, if wanted, corrupted_label, in any order.
 * Prompts are kept letter by letter; labels lose the spaces around them.
 * @throws UserError that names file and line: a missing, unknown or repeated column, a row of another length, broken
 * quotes, an empty field (only corrupted_label may be empty), no rows, more than 256 MiB
 */
export async function readPairsCsv(file: string): Promise<ImportedPair[]> {
  const text = await readText(file);
  const pairs = parseRecords(text, file).map(({ record, info: { lines: line } }) => {
    const field = (name: string): string => {
      const value = record[name] ?? "";
      if (value.trim() !== "") return value;
      throw new UserError(`column \`${name}\` is empty`, { file, place: `line ${line}` });
    };
    const pair: ImportedPair = {
      kind: "imported",
      clean: field("clean"),
      corrupted: field("corrupted"),
      answer: field("label").trim(),
      file,
      line,
    };
    const corruptedAnswer = record.corrupted_label?.trim();
    return corruptedAnswer ? { ...pair, corruptedAnswer } : pair;
  });
  if (pairs.length === 0) throw new UserError("the file has no rows", { file });
  return pairs;
}

async function readText(file: string): Promise<string> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(cause.code === "ENOENT" ? "there is no such file" : cause.message, {
      file,
      remedy: "Paths in an experiment are relative to the repository's root.",
    });
  });
  if (found.size > LARGEST_FILE) {
    throw new UserError("the file is larger than 256 MiB", { file, value: `${found.size} bytes` });
  }
  return readFile(file, "utf8");
}

interface ParsedRecord {
  record: Record<string, string>;
  info: { lines: number };
}

function parseRecords(text: string, file: string): ParsedRecord[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      columns: (header: string[]) => checkHeader(header, file),
    }) as unknown as ParsedRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError("the file is not well-formed CSV", {
      file,
      place: typeof error.lines === "number" ? `line ${error.lines}` : undefined,
      remedy: error.message,
    });
  }
}

function checkHeader(header: string[], file: string): string[] {
  const at = {
    file,
    place: "line 1",
    value: header,
    remedy: `The columns are ${KNOWN.join(", ")} (the last optional).`,
  };
  for (const name of REQUIRED) {
    if (!header.includes(name)) throw new UserError(`there is no column \`${name}\``, at);
  }
  header.forEach((name, i) => {
    if (!KNOWN.includes(name))
      throw new UserError(`unknown column \`${name}\`${didYouMean(name, KNOWN)}`, at);
    if (header.indexOf(name) !== i) throw new UserError(`column \`${name}\` stands there twice`, at);
  });
  return header;
}
