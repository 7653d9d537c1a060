import { type Data, type Field, type Message, type Schema, Vector } from "apache-arrow";
import type { DictionaryBatch, RecordBatch } from "apache-arrow/ipc/metadata/message";
import { CompressedVectorLoader } from "apache-arrow/visitor/vectorloader";
import { decompress } from "./decompress.ts";

/** Readers hold one record batch at a time. */
export const LARGEST_BODY = 2 ** 30;

/** The rows of one record batch. */
export interface Batch {
  rows: number;
  /** Of each field of the schema, in its order. */
  columns: Data[];
}

/** Makes columns of the messages of one file; dictionaries are kept for the record batches that refer to them. */
export class BatchLoader {
  readonly #schema: Schema;
  readonly #dictionaries = new Map<number, Vector>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** @throws Error if the message's parts contradict each other */
  recordBatch(message: Message, body: Uint8Array): Batch {
    const header = message.header() as RecordBatch;
    return { rows: header.length, columns: this.#load(header, body, this.#schema.fields) };
  }

  /** Adds a dictionary, or further values of one that grows. */
  dictionaryBatch(message: Message, body: Uint8Array): void {
    const { id, isDelta, data } = message.header() as DictionaryBatch;
    const type = this.#schema.dictionaries.get(id);
    if (!type) throw new Error("no column has one of its dictionaries");
    const before = isDelta ? (this.#dictionaries.get(id)?.data ?? []) : [];
    this.#dictionaries.set(id, new Vector([...before, ...this.#load(data, body, [type])]));
  }

  #load(header: RecordBatch, body: Uint8Array, fields: readonly (Field | Field["type"])[]): Data[] {
    const { nodes, variadicBufferCounts } = header;
    const buffers = cut(header, body);
    for (const { length, nullCount } of nodes)
      if (length < 0 || nullCount < 0 || nullCount > length)
        throw new Error("a column's length is impossible");
    if (variadicBufferCounts.some((count) => count < 0 || count > buffers.length))
      throw new Error("a column claims more buffers than there are");
    const version = this.#schema.metadataVersion;
    const loader = new CompressedVectorLoader(
      buffers,
      nodes,
      header.buffers,
      this.#dictionaries,
      version,
      variadicBufferCounts,
    );
    return loader.visitMany(fields as Field[]);
  }
}

/** The buffers of a batch, each within its body, and decompressed if they were compressed. */
function cut({ buffers, compression }: RecordBatch, body: Uint8Array): Uint8Array[] {
  let room = LARGEST_BODY;
  return buffers.map(({ offset, length }) => {
    if (offset < 0 || length < 0 || offset + length > body.length)
      throw new Error("a buffer extends beyond its batch");
    const buffer = body.subarray(offset, offset + length);
    if (!compression) return buffer;
    const whole = decompress(buffer, compression.type, room);
    room -= whole.length;
    return whole;
  });
}
