import { bulleted, didYouMean, UserError } from "@ft/bytes";
import type { Data, RecordBatch, Schema } from "apache-arrow";
import type { AnySchema } from "../schemas/schema.ts";
import { openArrowFile, reading } from "./arrow-file.ts";
import { typeName } from "./arrow-schema.ts";
import { checkRow } from "./check-row.ts";
import { decodeColumn } from "./decode.ts";

/**
 * The rows of an Arrow file one by one, each checked against the schema. Columns may stand in any order, and may be
 * declared nullable as long as they hold no null, so that other programs' files are read too.
 *
 * @throws UserError if columns are missing, unknown or of another type, or a value does not fit
 */
export function* scanRows(path: string, schema: AnySchema): Generator<Record<string, unknown>> {
  const file = openArrowFile(path);
  try {
    checkColumns(file.schema, schema, path);
    let index = 0;
    for (let batch = file.next(); batch; batch = file.next()) {
      const read = reading(path, () => rowReader(batch, schema, path));
      for (let i = 0; i < batch.numRows; i++) {
        const row = read(i);
        checkRow(schema, row, path, index++);
        yield row;
      }
    }
  } finally {
    file.close();
  }
}

function rowReader(
  batch: RecordBatch,
  schema: AnySchema,
  file: string,
): (i: number) => Record<string, unknown> {
  const names = batch.schema.fields.map((field) => field.name);
  const columns = Object.entries(schema.columns).map(([name, column]) => {
    const data: Data = batch.data.children[names.indexOf(name)]!;
    if (data.length !== batch.numRows) {
      throw new UserError("the Arrow file is damaged: a column is not as long as its batch", {
        file,
        place: `column ${name}`,
      });
    }
    return [name, decodeColumn(column, data, file, name)] as const;
  });
  return (i) => {
    const row: Record<string, unknown> = {};
    for (const [name, value] of columns) row[name] = value(i);
    return row;
  };
}

/** Reports every column that is missing, unknown or of another type at once. */
function checkColumns(found: Schema, schema: AnySchema, file: string): void {
  const types = new Map(found.fields.map((field) => [field.name, typeName(field.type)]));
  const expected = Object.keys(schema.columns);
  const problems: string[] = [];
  if (types.size < found.fields.length) problems.push("two columns have the same name");
  for (const [name, column] of Object.entries(schema.columns)) {
    const type = types.get(name);
    if (type === undefined) problems.push(`${name} is missing (${column.type}: ${column.meaning})`);
    else if (type !== column.type) problems.push(`${name} is ${type}, not ${column.type}`);
  }
  for (const name of types.keys()) {
    if (!expected.includes(name)) problems.push(`${name} is unknown${didYouMean(name, expected)}`);
  }
  if (problems.length === 0) return;
  const title = `the file's columns are not those of table ${schema.name} ${schema.version}`;
  throw new UserError(bulleted(title, problems), { file });
}
