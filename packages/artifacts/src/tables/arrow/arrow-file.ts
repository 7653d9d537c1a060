import { closeSync, fstatSync, openSync } from "node:fs";
import { RECOGNISED_BYTES, refuseOtherKinds, UserError } from "@ft/bytes";
import type { Message, Schema } from "apache-arrow";
import type { FileBlock } from "apache-arrow/ipc/metadata/file";
import { readExactly } from "../../files/read-exactly.ts";
import { damaged, reading } from "./damaged.ts";
import { decodeFooter, decodeMessage } from "./metadata.ts";
import { type Batch, BatchLoader, LARGEST_BODY } from "./record-batch.ts";

const MAGIC = "ARROW1";
/** The magic and two bytes of padding. */
const HEAD = 8;
/** The footer's length and the magic. */
const TAIL = 10;
/** Starts every message since Arrow 0.15, before its length; earlier ones start with the length. */
const CONTINUATION = 0xffffffff;
const LARGEST_METADATA = 16 * 2 ** 20;

/** An Arrow file open for reading; its record batches come one at a time. */
export interface ArrowFile {
  schema: Schema;
  /** The next record batch, or undefined at the end. */
  next(): Batch | undefined;
  close(): void;
}

/** An open file. */
interface Source {
  fd: number;
  size: number;
  file: string;
}

/** A message, and where its body is. */
interface Located {
  message: Message;
  body: number;
  end: number;
}

/**
 * Opens an Arrow IPC file, in the file or in the stream format. Messages are extracted here with bounds checks,
 * and their metadata is walked before Arrow parses it. At most one record batch is in memory, in its own
 * buffer, so a tensor's bytes are aligned.
 *
 * @throws UserError if it is not an Arrow file, is cut short, damaged, or of a kind that cannot be read
 */
export function openArrowFile(file: string): ArrowFile {
  const fd = openSync(file, "r");
  try {
    const source = { fd, size: fstatSync(fd).size, file };
    const { schema, messages } = reading(file, () => open(source));
    const loader = new BatchLoader(schema);
    const next = () => {
      for (let at = messages.next(); !at.done; at = messages.next()) {
        const { message, body, end } = at.value;
        if (end - body > LARGEST_BODY) throw tooLarge(file);
        const bytes = readExactly(fd, body, end - body, file);
        if (message.isRecordBatch()) return loader.recordBatch(message, bytes);
        if (message.isDictionaryBatch()) loader.dictionaryBatch(message, bytes);
        else throw new Error("it holds a message of another kind");
      }
      return undefined;
    };
    return { schema, next: () => reading(file, next), close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(source: Source): { schema: Schema; messages: Iterator<Located> } {
  const { fd, size, file } = source;
  const head = readExactly(fd, 0, Math.min(size, RECOGNISED_BYTES), file);
  if (text(head).startsWith(MAGIC)) return openFile(source);
  if (size >= 4 && new DataView(head.buffer).getUint32(0, true) === CONTINUATION) return openStream(source);
  refuseOtherKinds(head, { kind: "an Arrow file", file });
  throw new UserError("the file is not an Arrow file", {
    file,
    remedy: "write one in Python: pyarrow.feather.write_feather(t, path)",
  });
}

/** The file format: a footer says what the schema is, and where dictionaries and record batches are. */
function openFile(source: Source): { schema: Schema; messages: Iterator<Located> } {
  const { fd, size, file } = source;
  const tail = size < HEAD + TAIL ? undefined : readExactly(fd, size - TAIL, TAIL, file);
  if (!tail || text(tail.subarray(4)) !== MAGIC) throw damaged(file, "its end marker is missing");
  const length = new DataView(tail.buffer).getInt32(0, true);
  if (length <= 0 || length > Math.min(size - HEAD - TAIL, LARGEST_METADATA)) {
    throw damaged(file, "its footer extends beyond the file");
  }
  const footer = decodeFooter(readExactly(fd, size - TAIL - length, length, file), file);
  function* messages() {
    for (const block of footer.dictionaryBatches()) yield atBlock(source, block);
    for (const block of footer.recordBatches()) yield atBlock(source, block);
  }
  return { schema: footer.schema, messages: messages() };
}

/** The stream format: the schema, then dictionaries and record batches, up to a message without length. */
function openStream(source: Source): { schema: Schema; messages: Iterator<Located> } {
  const first = messageAt(source, 0);
  if (!first?.message.isSchema()) throw damaged(source.file, "it does not begin with a schema");
  function* messages() {
    for (let at = messageAt(source, first!.end); at; at = messageAt(source, at.end)) yield at;
  }
  return { schema: first.message.header() as Schema, messages: messages() };
}

function atBlock(source: Source, { offset, metaDataLength, bodyLength }: FileBlock): Located {
  const found = offset >= HEAD && messageAt(source, offset);
  if (found && found.body === offset + metaDataLength && found.end === found.body + bodyLength) return found;
  throw damaged(source.file, "its footer points to no record batch");
}

/** The message at an offset; undefined for the end marker of a stream. */
function messageAt({ fd, size, file }: Source, at: number): Located | undefined {
  if (at + 8 > size) throw damaged(file, "its end marker is missing");
  const prefix = new DataView(readExactly(fd, at, 8, file).buffer);
  const continued = prefix.getUint32(0, true) === CONTINUATION;
  const start = at + (continued ? 8 : 4);
  const length = prefix.getUint32(continued ? 4 : 0, true);
  if (length === 0) return undefined;
  if (length > LARGEST_METADATA || start + length > size)
    throw damaged(file, "a message extends beyond the file");
  const message = decodeMessage(readExactly(fd, start, length, file), file);
  const body = start + length;
  const end = body + message.bodyLength;
  if (message.bodyLength < 0 || end > size) throw damaged(file, "a record batch extends beyond the file");
  return { message, body, end };
}

function tooLarge(file: string): UserError {
  return new UserError("a record batch of the Arrow file is larger than 1 GiB", {
    file,
    remedy: "write smaller ones in Python: pyarrow.feather.write_feather(t, path, chunksize=10_000)",
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
