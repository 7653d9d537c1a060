import * as zstd from "fzstd";
import lz4 from "lz4js";

/** The codecs, as Arrow's Message.fbs numbers them. */
const LZ4_FRAME = 0;
const ZSTD = 1;
/** A buffer starts with its size before compression, in 64 bits; -1 if it is not compressed. */
const PREFIX = 8;
/** An upper bound of LZ4's compression ratio. */
const LARGEST_LZ4_RATIO = 256;
/** The largest decompressed size of a Zstandard block, in bytes. */
const ZSTD_BLOCK = 128 * 1024;

/**
 * Decompresses a buffer of a record batch.
 *
 * @param codec 0 for LZ4 frames, 1 for Zstandard
 * @param most bytes it may take
 * @throws Error if it is damaged, takes more than `most` bytes, or was compressed by another codec
 */
export function decompress(buffer: Uint8Array, codec: number, most: number): Uint8Array {
  if (buffer.length === 0) return buffer;
  const size = Number(new DataView(buffer.buffer, buffer.byteOffset, buffer.length).getBigInt64(0, true));
  const packed = buffer.subarray(PREFIX);
  if (size === -1) return packed;
  if (size < 0 || size > most) throw new Error(`a compressed buffer claims to hold ${size} bytes`);
  if (codec === LZ4_FRAME) return decompressLz4(packed, size);
  if (codec === ZSTD) return decompressZstd(packed, size);
  throw new Error(`its buffers are compressed by codec ${codec}, which is unknown`);
}

function decompressLz4(frame: Uint8Array, size: number): Uint8Array {
  checkLz4Blocks(frame);
  if (size > LARGEST_LZ4_RATIO * frame.length) throw new Error("a compressed buffer is too short");
  const bytes = new Uint8Array(size);
  if (lz4.decompressFrame(frame, bytes) !== size) throw new Error("a compressed buffer has the wrong size");
  return bytes;
}

/** Checks that the blocks of a frame are within it up to its end mark: the decompressor does not check. */
function checkLz4Blocks(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const flags = view.getUint8(4);
  const checksum = flags & 0x10 ? 4 : 0;
  let at = flags & 0x08 ? 15 : 7; // after magic, flags, block size, content size if there is one, and their checksum
  for (let length = view.getUint32(at, true); length !== 0; length = view.getUint32(at, true)) {
    at += 4 + (length & 0x7fffffff) + checksum;
  }
}

function decompressZstd(frame: Uint8Array, size: number): Uint8Array {
  if (size > zstdBound(frame)) throw new Error("a compressed buffer is too short");
  return zstd.decompress(frame, new Uint8Array(size));
}

/** The most bytes that the blocks of a frame can hold (RFC 8878, section 3.1.1). */
function zstdBound(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const flags = view.getUint8(4);
  const isSingle = (flags & 0x20) !== 0;
  const contentSize = flags >> 6 ? 1 << (flags >> 6) : Number(isSingle);
  let at = 5 + Number(!isSingle) + [0, 1, 2, 4][flags & 3]! + contentSize;
  let bound = 0;
  for (let isLast = false; !isLast; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const [type, length] = [(header >> 1) & 3, header >> 3];
    isLast = (header & 1) === 1;
    bound += type === 2 ? ZSTD_BLOCK : Math.min(length, ZSTD_BLOCK);
    at += 3 + (type === 1 ? 1 : length);
  }
  return bound;
}
