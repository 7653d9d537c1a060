import { bulleted, nearest, UserError } from "@ft/bytes";
import type { Schema } from "apache-arrow";
import { earlierVersion } from "../manifest/read-manifest.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { openArrowFile } from "./arrow/arrow-file.ts";
import { reading } from "./arrow/damaged.ts";
import { decodeColumn } from "./arrow/decode.ts";
import { holds, pythonRemedy, typeName } from "./arrow-schema.ts";
import { rowChecker } from "./check-row.ts";

type Row = Record<string, unknown>;
/** The rows of one record batch. */
interface Rows {
  count: number;
  /** One row, its values not yet checked. */
  read(i: number): Row;
}

/**
 * The rows of an Arrow file one by one, each checked against the schema, and all of them against its order. Other
 * programs' files are read too: columns may come in any order, among others, in another width of their type,
 * dictionary-encoded, compressed, and declared nullable as long as they hold no null.
 *
 * @throws UserError if columns are missing or of another type, or a row does not fit
 */
export function* scanRows(path: string, schema: AnySchema): Generator<Row> {
  const check = rowChecker(schema, path);
  for (const { count, read } of scanBatches(path, schema)) {
    for (let i = 0; i < count; i++) {
      const row = reading(path, () => read(i));
      check(row);
      yield row;
    }
  }
}

/**
 * The record batches of an Arrow file, each with its columns found, decompressed and checked for lengths and offsets;
 * values are not checked.
 */
export function* scanBatches(path: string, schema: AnySchema): Generator<Rows> {
  const file = openArrowFile(path);
  try {
    reading(path, () => {
      if (isEarlier(file.schema, schema)) throw earlierVersion(path);
      checkColumns(file.schema, schema, path);
    });
    const names = file.schema.fields.map(({ name }) => name);
    const places = Object.keys(schema.columns).map((name) => [name, names.indexOf(name)] as const);
    for (let batch = file.next(); batch; batch = file.next()) {
      const { rows, columns } = batch;
      const readers = reading(path, () =>
        places.map(([name, at]) => [name, decodeColumn(columns[at]!, rows, path, name)] as const),
      );
      yield {
        count: rows,
        read(i) {
          const row: Row = {};
          for (const [name, value] of readers) row[name] = value(i);
          return row;
        },
      };
    }
  } finally {
    file.close();
  }
}

/** Whether an earlier version of this project wrote the table, by its metadata. */
function isEarlier({ metadata }: Schema, { name, version }: AnySchema): boolean {
  return metadata.get("schema") === name && Number(metadata.get("version")) < version;
}

/** Reports every required column that is missing, misspelt or of another type at once. Others are ignored. */
function checkColumns(found: Schema, schema: AnySchema, file: string): void {
  const types = new Map(found.fields.map(({ name, type }) => [name, type]));
  const missing = Object.keys(schema.columns).filter((name) => !types.has(name));
  const problems: string[] = [];
  for (const [name, column] of Object.entries(schema.columns)) {
    const type = types.get(name);
    if (found.fields.filter((field) => field.name === name).length > 1) problems.push(`${name} occurs twice`);
    else if (type === undefined) problems.push(`${name} is missing (${column.type}: ${column.meaning})`);
    else if (!holds(type, column.type)) problems.push(`${name} is ${typeName(type)}, not ${column.type}`);
  }
  for (const name of types.keys()) {
    const meant = name in schema.columns ? undefined : nearest(name, missing);
    if (meant !== undefined) problems.push(`${name} is unknown; did you mean \`${meant}\`?`);
  }
  if (problems.length === 0) return;
  const title = `the file's columns are not those of table ${schema.name} ${schema.version}`;
  throw new UserError(bulleted(title, problems), { file, remedy: pythonRemedy(schema) });
}
