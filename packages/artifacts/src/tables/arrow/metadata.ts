/** Arrow's metadata: the footer of a file and the heads of its messages, walked before they are parsed. */

import { UserError } from "@ft/bytes";
import { Message, type Schema } from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { damaged } from "./damaged.ts";
import { type Layout, walkFlatbuffer } from "./walk-flatbuffer.ts";

/** The first metadata version that this reads, that of Arrow 0.8; later versions only add to it. */
const OLDEST_VERSION = 3;

/** Types that apache-arrow cannot read, by their number in Schema.fbs: pyarrow's name and how pyarrow converts them. */
const UNREADABLE: Readonly<Record<number, { name: string; remedy: string }>> = {
  22: { name: "run_end_encoded", remedy: "pyarrow.compute.run_end_decode(column)" },
  25: { name: "list_view", remedy: "pyarrow.array(column.to_pylist(), pyarrow.list_(pyarrow.int32()))" },
  26: {
    name: "large_list_view",
    remedy: "pyarrow.array(column.to_pylist(), pyarrow.list_(pyarrow.int32()))",
  },
};

// The layouts follow File.fbs, Message.fbs and Schema.fbs of the Arrow format.
const keyValue: Layout = { 0: "text", 1: "text" };
const keyValues = { tables: () => keyValue };
const typeLayouts: Readonly<Record<number, Layout>> = { 10: { 1: "text" }, 14: { 1: { bytesEach: 4 } } };
const field: Layout = {
  0: "text",
  3: { union: typeLayout },
  4: { table: () => ({}) },
  5: { tables: () => field },
  6: keyValues,
};
const schema: Layout = { 1: { tables: () => field }, 2: keyValues, 3: { bytesEach: 8 } };
const blocks = { bytesEach: 24 };
const footer: Layout = { 1: { table: () => schema }, 2: blocks, 3: blocks, 4: keyValues };
const recordBatch: Layout = {
  1: { bytesEach: 16 },
  2: { bytesEach: 16 },
  3: { table: () => ({}) },
  4: { bytesEach: 8 },
};
const dictionaryBatch: Layout = { 1: { table: () => recordBatch } };
const headers: Readonly<Record<number, Layout>> = { 1: schema, 2: dictionaryBatch, 3: recordBatch };
const message: Layout = { 2: { union: (type) => headers[type] ?? {} }, 4: keyValues };

function typeLayout(type: number, name: () => string): Layout {
  const unreadable = UNREADABLE[type];
  if (!unreadable) return typeLayouts[type] ?? {};
  throw new UserError(`a column has Arrow type ${unreadable.name}, which cannot be read here`, {
    place: `column ${name()}`,
    remedy: `write it in Python as an ordinary array: ${unreadable.remedy}`,
  });
}

/** @throws UserError if it is damaged, or of a kind that cannot be read */
export function decodeFooter(bytes: Uint8Array, file: string): Footer {
  walk(bytes, footer, file);
  const decoded = Footer.decode(bytes);
  checkSchema(decoded.schema, file);
  return decoded;
}

/** @throws UserError if it is damaged, or of a kind that cannot be read */
export function decodeMessage(bytes: Uint8Array, file: string): Message {
  walk(bytes, message, file);
  const decoded = Message.decode(bytes);
  if (decoded.isSchema()) checkSchema(decoded.header() as Schema, file);
  return decoded;
}

function walk(bytes: Uint8Array, layout: Layout, file: string): void {
  try {
    walkFlatbuffer(bytes, layout);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(error.problem, { ...error.at, file });
    throw damaged(file, `its metadata cannot be read (${(error as Error).message})`);
  }
}

function checkSchema({ metadataVersion }: Schema, file: string): void {
  if (metadataVersion >= OLDEST_VERSION) return;
  throw new UserError("the Arrow file was written by a version of Arrow before 0.8", {
    file,
    remedy: "read it in Python and write it again: pyarrow.feather.write_feather(t, path)",
  });
}
