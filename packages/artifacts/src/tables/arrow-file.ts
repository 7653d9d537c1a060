import { closeSync, fstatSync, openSync } from "node:fs";
import { Message, type RecordBatch, RecordBatchReader, type Schema } from "apache-arrow";
import { UserError } from "../errors/user-error.ts";
import { readExactly } from "../files/read-pieces.ts";

const MAGIC = "ARROW1";
/** The magic and two bytes of padding. */
const HEAD = 8;
/** The footer's length and the magic. */
const TAIL = 10;
const CONTINUATION = 0xffffffff;
const LARGEST_METADATA = 16 * 2 ** 20;
const LARGEST_BODY = 2 ** 30;

/** An Arrow IPC file open for reading; its record batches come one at a time. */
export interface ArrowFile {
  schema: Schema;
  batches: IterableIterator<RecordBatch>;
  close(): void;
}

/**
 * Opens an Arrow IPC file. Its messages are cut out of the file here, each within bounds, and read one by one: at most
 * one record batch is in memory, each in a buffer of its own, so that a tensor's bytes are aligned.
 *
 * @throws UserError if it is not an Arrow file, or is cut short
 */
export function openArrowFile(path: string): ArrowFile {
  const fd = openSync(path, "r");
  try {
    const reader = RecordBatchReader.from(messages(fd, path));
    reader.open({ autoDestroy: false });
    return { schema: reader.schema, batches: reader[Symbol.iterator](), close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error instanceof UserError ? error : damaged(path, (error as Error).message);
  }
}

/** The file's stream of messages, metadata and body apart. */
function* messages(fd: number, file: string): Generator<Uint8Array> {
  const end = streamEnd(fd, file);
  let position = HEAD;
  while (position + 8 <= end) {
    const prefix = new DataView(readExactly(fd, position, 8, file).buffer);
    if (prefix.getUint32(0, true) !== CONTINUATION)
      throw damaged(file, "a message does not start where it should");
    const length = prefix.getInt32(4, true);
    if (length === 0) break;
    if (length < 0 || length > LARGEST_METADATA || position + 8 + length > end) {
      throw damaged(file, "a message's length leaves the file");
    }
    const head = readExactly(fd, position, 8 + length, file);
    const { bodyLength } = Message.decode(head.subarray(8));
    position += head.length + bodyLength;
    if (bodyLength < 0 || position > end) throw damaged(file, "a record batch leaves the file");
    if (bodyLength > LARGEST_BODY) throw damaged(file, "a record batch is larger than 1 GiB");
    yield head;
    if (bodyLength > 0) yield readExactly(fd, position - bodyLength, bodyLength, file);
  }
  yield new Uint8Array(Uint32Array.of(CONTINUATION, 0).buffer);
}

/** Where the messages end and the footer begins. */
function streamEnd(fd: number, file: string): number {
  const { size } = fstatSync(fd);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  if (size < HEAD + TAIL || text(readExactly(fd, 0, 6, file)) !== MAGIC) {
    throw new UserError("this is not an Arrow IPC file", {
      file,
      remedy: "write the file format, which begins with ARROW1 (pyarrow.ipc.new_file), not the stream format",
    });
  }
  const tail = readExactly(fd, size - TAIL, TAIL, file);
  const footer = new DataView(tail.buffer).getInt32(0, true);
  if (text(tail.subarray(4)) !== MAGIC) throw damaged(file, "its end is missing");
  if (footer <= 0 || footer > size - HEAD - TAIL) throw damaged(file, "its footer leaves the file");
  return size - TAIL - footer;
}

function damaged(file: string, how: string): UserError {
  return new UserError(`the Arrow file is damaged: ${how}`, { file });
}
