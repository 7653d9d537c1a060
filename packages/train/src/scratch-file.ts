/**
 * Tensors with notes in one file, for work that can be repeated. The file appears whole or not at all and survives the
 * process's death, but is not synced to the disk as results are, which would take longer than training a small model:
 * after a power failure it may be damaged, which the digest at its end shows.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { elementCount, type HostTensor, type Weights } from "@ft/model";

/** The content of a file: any JSON, and tensors in order. */
export interface Scratch<Notes> {
  notes: Notes;
  tensors: Weights;
}

const LENGTH_BYTES = 8;
const DIGEST = "sha256";
const DIGEST_BYTES = 32;
/** The most bytes one system call moves; the operating system's own limit is just under 2 GiB. */
const MAX_CALL = 2 ** 30;
/** Bytes hashed at once when a file is verified. */
const PIECE = 2 ** 22;

/** Writes a file, replacing an earlier one; makes its folders. */
export function writeScratch<Notes>(file: string, { notes, tensors }: Scratch<Notes>): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.part`;
  const fd = openSync(temporary, "w");
  try {
    const hash = createHash(DIGEST);
    const write = (bytes: Uint8Array) => {
      hash.update(bytes);
      writeAll(fd, bytes);
    };
    const shapes = [...tensors].map(([name, { shape }]) => ({ name, shape }));
    const header = Buffer.from(JSON.stringify({ notes, shapes }));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeBigUInt64LE(BigInt(header.length));
    write(length);
    write(header);
    for (const { data } of tensors.values()) write(bytesOf(data));
    writeAll(fd, hash.digest());
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
}

/** Reads a file back; undefined if there is none or it is damaged. */
export function readScratch<Notes>(file: string): Scratch<Notes> | undefined {
  if (!existsSync(file)) return undefined;
  const fd = openSync(file, "r");
  try {
    return isWhole(fd) ? readWhole(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Whether the digest at a file's end is that of all before it. */
function isWhole(fd: number): boolean {
  const hash = createHash(DIGEST);
  const end = fstatSync(fd).size - DIGEST_BYTES;
  if (end < 0) return false;
  for (let at = 0; at < end; at += PIECE) {
    hash.update(readAt(fd, new Uint8Array(Math.min(PIECE, end - at)), at));
  }
  return hash.digest().equals(readAt(fd, new Uint8Array(DIGEST_BYTES), end));
}

function readWhole<Notes>(fd: number): Scratch<Notes> {
  const length = Number(readAt(fd, Buffer.alloc(LENGTH_BYTES), 0).readBigUInt64LE());
  const { notes, shapes } = JSON.parse(readAt(fd, Buffer.alloc(length), LENGTH_BYTES).toString());
  const tensors: Weights = new Map();
  let at = LENGTH_BYTES + length;
  for (const { name, shape } of shapes) {
    const data = new Float32Array(elementCount(shape));
    readAt(fd, bytesOf(data), at);
    at += data.byteLength;
    tensors.set(name, { shape, data });
  }
  return { notes, tensors };
}

function bytesOf(data: HostTensor["data"]): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, Math.min(MAX_CALL, bytes.length - done));
  }
}

/** Fills `bytes` from a place in a file that is known to be long enough. */
function readAt<Bytes extends Uint8Array>(fd: number, bytes: Bytes, position: number): Bytes {
  for (let done = 0; done < bytes.length; ) {
    done += readSync(fd, bytes, done, Math.min(MAX_CALL, bytes.length - done), position + done);
  }
  return bytes;
}
