/**
 * Zip files as PyTorch writes them: every part is stored as it is, without compression. Reading is synchronous, as
 * that of every other file of a graph, which zip libraries are not.
 */
import { UserError } from "../user-error.js";
import { crc32 } from "./crc32.js";

/** Parts accepted in a file; a graph has ten, a large model's weights a few thousand. */
const MOST_PARTS = 16_384;
const LONGEST_COMMENT = 2 ** 16;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Lengths of the headers, in bytes, without names and extra fields. */
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** Names are UTF-8. */
const UTF8 = 0x800;
const ENCRYPTED = 1;
/** 1 January 1980, the first date that the format has. */
const DATE = (1 << 5) | 1;
/** PyTorch aligns parts, so that it can map them into memory; the padding is an extra field of this number. */
const ALIGNMENT = 64;
const PADDING = 0x4246;

const SAVE_AGAIN = "download or save it again: torch.save(...) of PyTorch 1.6 or later writes it whole";

/**
 * The parts of a zip file, by name. They are views of `bytes`. Compressed, encrypted and overlapping parts and files of
 * 4 GiB are refused, and so is a part whose checksum is wrong.
 *
 * @param {Uint8Array} bytes the whole file
 * @param {string} file named in errors
 * @returns {Map<string, Uint8Array>}
 * @throws {UserError}
 */
export function readZip(bytes, file) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /**
   * @param {string} problem
   * @param {{ place?: string, value?: unknown }} [at]
   * @returns {UserError}
   */
  const fail = (problem, at = {}) => new UserError(problem, { file, ...at, remedy: SAVE_AGAIN });
  const damaged = (/** @type {string} */ place) => fail("the zip file is damaged or truncated", { place });

  const end = findEnd(buffer);
  if (end < 0) throw damaged("its end");
  const count = buffer.readUInt16LE(end + 10);
  const size = buffer.readUInt32LE(end + 12);
  const start = buffer.readUInt32LE(end + 16);
  if (start === 0xffffffff || size === 0xffffffff) throw fail("the zip file is too large: 4 GiB or more");
  if (count > MOST_PARTS) throw fail("the zip file has too many parts", { value: count });
  if (start + size > end) throw damaged("its list of parts");

  /** @type {Map<string, Uint8Array>} */
  const parts = new Map();
  let at = start;
  let total = 0;
  for (let n = 0; n < count; n++) {
    const place = `part ${n + 1} of ${count}`;
    if (at + CENTRAL_BYTES > start + size || buffer.readUInt32LE(at) !== CENTRAL) throw damaged(place);
    const flags = buffer.readUInt16LE(at + 8);
    const method = buffer.readUInt16LE(at + 10);
    const checksum = buffer.readUInt32LE(at + 16);
    const stored = buffer.readUInt32LE(at + 20);
    const length = buffer.readUInt32LE(at + 24);
    const nameLength = buffer.readUInt16LE(at + 28);
    const next =
      at + CENTRAL_BYTES + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
    const local = buffer.readUInt32LE(at + 42);
    if (next > start + size) throw damaged(place);
    const rawName = buffer.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength);
    const name = rawName.toString("utf8");
    if (flags & ENCRYPTED) throw fail("the zip file is encrypted", { place: name });
    if (method !== 0 || stored !== length)
      throw fail("the zip file is compressed, which PyTorch's are not", { place: name });
    if (parts.has(name)) throw fail("the zip file has two parts of the same name", { value: name });
    if (local + LOCAL_BYTES > start || buffer.readUInt32LE(local) !== LOCAL) throw damaged(name);
    const ownNameLength = buffer.readUInt16LE(local + 26);
    const ownName = buffer.subarray(local + LOCAL_BYTES, local + LOCAL_BYTES + ownNameLength);
    const data = local + LOCAL_BYTES + ownNameLength + buffer.readUInt16LE(local + 28);
    if (!ownName.equals(rawName) || data + length > start) throw damaged(name);
    total += length;
    // Parts that overlap would make a small file as costly as a large one.
    if (total > bytes.length) throw fail("parts of the zip file overlap", { place: name });
    const part = bytes.subarray(data, data + length);
    if (crc32(part) !== checksum) throw fail("a checksum of the zip file is wrong", { place: name });
    parts.set(name, part);
    at = next;
  }
  return parts;
}

/**
 * The offset of the record at the end of the file, -1 if there is none.
 *
 * @param {Buffer} buffer
 * @returns {number}
 */
function findEnd(buffer) {
  const last = buffer.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (buffer.readUInt32LE(at) === END && at + END_BYTES + buffer.readUInt16LE(at + 20) === buffer.length)
      return at;
  }
  return -1;
}

/**
 * A zip file of parts that are stored without compression and aligned to 64 bytes, as PyTorch does. The same parts give the
 * same bytes.
 *
 * @param {Iterable<readonly [name: string, bytes: Uint8Array]>} parts less than 4 GiB together
 * @returns {Buffer}
 */
export function writeZip(parts) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  /** @type {Uint8Array[]} */
  const list = [];
  let offset = 0;
  for (const [name, bytes] of parts) {
    const rawName = Buffer.from(name);
    const unaligned = offset + LOCAL_BYTES + rawName.length + 4;
    const extra = Buffer.alloc(4 + ((ALIGNMENT - (unaligned % ALIGNMENT)) % ALIGNMENT));
    extra.writeUInt16LE(PADDING, 0);
    extra.writeUInt16LE(extra.length - 4, 2);
    /** What both headers have: versions and flags, method, time and date, checksum, two sizes, length of the name. */
    const common = Buffer.alloc(24);
    common.writeUInt16LE(10, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(rawName.length, 22);
    pieces.push(words(LOCAL), common, words16(extra.length), rawName, extra, bytes);
    list.push(words(CENTRAL), words16(10), common, words16(0, 0, 0, 0), words(0, offset), rawName);
    offset += LOCAL_BYTES + rawName.length + extra.length + bytes.length;
  }
  const count = list.length / 6;
  const central = Buffer.concat(list);
  const end = [words(END), words16(0, 0, count, count), words(central.length, offset), words16(0)];
  return Buffer.concat([...pieces, central, ...end]);
}

/** @param {number[]} values of 32 bits */
function words(...values) {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, 4 * i);
  return bytes;
}

/** @param {number[]} values of 16 bits */
function words16(...values) {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16LE(value, 2 * i);
  return bytes;
}
