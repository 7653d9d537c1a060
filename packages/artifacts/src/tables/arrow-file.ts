import { closeSync, fstatSync, openSync } from "node:fs";
import { UserError } from "@ft/bytes";
import { Message, type RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
import { type FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import { readExactly } from "../files/read-exactly.ts";

const MAGIC = "ARROW1";
/** The magic and two bytes of padding. */
const HEAD = 8;
/** The footer's length and the magic. */
const TAIL = 10;
/** Starts every message, before its length. */
const CONTINUATION = 0xffffffff;
const LARGEST_METADATA = 16 * 2 ** 20;
const LARGEST_BODY = 2 ** 30;

/** An Arrow IPC file open for reading; its record batches come one at a time. */
export interface ArrowFile {
  schema: Schema;
  /** The next record batch, or undefined at the end. */
  next(): RecordBatch | undefined;
  close(): void;
}

/**
 * Opens an Arrow IPC file. Its record batches are cut out of it here, each within bounds, and handed to Arrow one by
 * one: at most one is in memory, in a buffer of its own, so that a tensor's bytes are aligned.
 *
 * @throws UserError if it is not an Arrow file, is cut short or is not put together as it should be
 */
export function openArrowFile(path: string): ArrowFile {
  const fd = openSync(path, "r");
  try {
    const footer = reading(path, () => readFooter(fd, path));
    const reader = RecordBatchReader.from(messages(fd, path, footer));
    return {
      schema: footer.schema,
      next: () => reading(path, () => reader.next().value ?? undefined),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Runs code that trusts the file: whatever it stumbles over is the file's fault. */
export function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? error : damaged(file, (error as Error).message);
  }
}

/** The last part of the file: its schema, and where its record batches are. */
function readFooter(fd: number, file: string): Footer {
  const { size } = fstatSync(fd);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  if (size < HEAD + TAIL || text(readExactly(fd, 0, MAGIC.length, file)) !== MAGIC) {
    throw new UserError("this is not an Arrow IPC file", {
      file,
      remedy: "write the file format, which begins with ARROW1 (pyarrow.ipc.new_file), not the stream format",
    });
  }
  const tail = readExactly(fd, size - TAIL, TAIL, file);
  if (text(tail.subarray(4)) !== MAGIC) throw damaged(file, "its end is missing");
  const length = new DataView(tail.buffer).getInt32(0, true);
  if (length <= 0 || length > Math.min(size - HEAD - TAIL, LARGEST_METADATA)) {
    throw damaged(file, "its footer leaves the file");
  }
  const footer = Footer.decode(readExactly(fd, size - TAIL - length, length, file));
  if (footer.numDictionaries > 0) {
    throw new UserError("the Arrow file has dictionaries; texts must be plain utf8", { file });
  }
  return footer;
}

/** The file as the stream of messages that Arrow reads: its schema, its record batches, the end. */
function* messages(fd: number, file: string, footer: Footer): Generator<Uint8Array> {
  const { size } = fstatSync(fd);
  const schema = Message.encode(Message.from(footer.schema));
  yield prefix(schema.length);
  yield schema;
  for (const block of footer.recordBatches()) {
    const { offset, metaDataLength, bodyLength } = block;
    checkBlock(block, size, file);
    const head = readExactly(fd, offset, metaDataLength, file);
    const view = new DataView(head.buffer);
    const starts = view.getUint32(0, true) === CONTINUATION && view.getInt32(4, true) === metaDataLength - 8;
    const message = starts ? Message.decode(head.subarray(8)) : undefined;
    if (!message?.isRecordBatch() || message.bodyLength !== bodyLength) {
      throw damaged(file, "no record batch is where its footer says");
    }
    yield head;
    if (bodyLength > 0) yield readExactly(fd, offset + metaDataLength, bodyLength, file);
  }
  yield prefix(0);
}

function checkBlock({ offset, metaDataLength, bodyLength }: FileBlock, size: number, file: string): void {
  const inside = offset >= HEAD && metaDataLength >= 8 && bodyLength >= 0;
  if (!inside || offset + metaDataLength + bodyLength > size)
    throw damaged(file, "a record batch leaves the file");
  if (metaDataLength > LARGEST_METADATA || bodyLength > LARGEST_BODY) {
    throw new UserError("a record batch of the Arrow file is larger than 1 GiB", { file });
  }
}

/** What stands before a message's metadata; a length of 0 is the end of a stream. */
function prefix(length: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(CONTINUATION, length).buffer);
}

function damaged(file: string, how: string): UserError {
  return new UserError(`the Arrow file is damaged: ${how}`, { file });
}
