import { UserError } from "@ft/bytes";
import { Message, makeData, RecordBatch, RecordBatchFileWriter, type Schema, Struct } from "apache-arrow";
import { AtomicFile } from "../files/atomic-file.ts";
import { type Provenance, provenanceSchema } from "../manifest/manifest.ts";
import { removeManifest, writeManifest } from "../manifest/write-manifest.ts";
import type { AnySchema, TableSchema } from "../schemas/schema.ts";
import { arrowSchema } from "./arrow-schema.ts";
import { rowChecker } from "./check-row.ts";
import { encodeColumn } from "./encode.ts";
import { tablePath } from "./table-path.ts";

/** Readers hold one record batch at a time, and Arrow's offsets are 32-bit. */
const LARGEST_BATCH = 1e9;

/**
 * Writes a table and its manifest, whole or not at all. Every value and the order of rows are checked against the
 * schema. The same rows give the same bytes. Tables with tensors are written row by row, so `rows` may produce them one
 * at a time.
 *
 * @param folderOrFile the Arrow file, or the folder in which it gets the schema's file name
 * @throws UserError naming row and column if a value does not fit, or if a record batch reaches 1 GB
 */
export async function writeTable<Row>(
  folderOrFile: string,
  schema: TableSchema<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
  provenance: Provenance,
): Promise<void> {
  const table = schema as unknown as AnySchema;
  const path = tablePath(folderOrFile, schema);
  provenanceSchema.parse(provenance);
  const file = new AtomicFile(path);
  const check = rowChecker(table, path);
  let count = 0;
  try {
    const writer = new ArrowFileWriter(file, arrowSchema(table));
    let pending: Record<string, unknown>[] = [];
    const flush = () => {
      writer.write(batchOf(table, writer.schema, pending, path));
      pending = [];
    };
    for await (const row of rows) {
      check(row as Record<string, unknown>);
      count++;
      pending.push(row as Record<string, unknown>);
      if (schema.rowPerBatch) flush();
    }
    if (!schema.rowPerBatch) flush();
    writer.finish();
  } catch (error) {
    file.discard();
    throw error;
  }
  removeManifest(path);
  const { bytes } = file;
  writeManifest(path, table, { sha256: file.commit(), bytes, rows: count }, provenance);
}

/**
 * Arrow's file writer, writing every chunk to the file at once, and the schema before the first record batch, which
 * the format requires but Arrow's own writer leaves to the footer.
 */
class ArrowFileWriter extends RecordBatchFileWriter {
  readonly schema: Schema;
  readonly #file: AtomicFile;

  constructor(file: AtomicFile, schema: Schema) {
    super();
    this.#file = file;
    this.schema = schema;
    this.reset(undefined, schema);
  }

  protected override _write(chunk: ArrayBufferView): this {
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#file.write(bytes);
    this._position += bytes.length;
    return this;
  }

  protected override _writeSchema(schema: Schema): this {
    return super._writeSchema(schema)._writeMessage(Message.from(schema));
  }
}

function batchOf(
  schema: AnySchema,
  arrow: Schema,
  rows: Record<string, unknown>[],
  path: string,
): RecordBatch {
  const children = Object.entries(schema.columns).map(([name, column]) =>
    encodeColumn(
      column,
      rows.map((row) => row[name]),
    ),
  );
  const bytes = children.reduce((sum, child) => sum + child.byteLength, 0);
  if (bytes >= LARGEST_BATCH) {
    const what = schema.rowPerBatch ? "one row takes" : "the table takes";
    throw new UserError(`${what} ${bytes} bytes; a record batch must stay below 1 GB`, { file: path });
  }
  const data = makeData({ type: new Struct(arrow.fields), length: rows.length, nullCount: 0, children });
  return new RecordBatch(arrow, data);
}
