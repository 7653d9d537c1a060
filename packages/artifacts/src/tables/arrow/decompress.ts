import { decompress as decompressZstd } from "fzstd";
import lz4 from "lz4js";

/** The codecs, as Arrow's Message.fbs numbers them. */
const LZ4_FRAME = 0;
const ZSTD = 1;
/** A buffer's size before compression comes first, as 64 bits; -1 if it is stored as it was. */
const PREFIX = 8;
/** More bytes than LZ4 can make of one. */
const LARGEST_LZ4_RATIO = 256;

/**
 * A buffer of a compressed record batch as it was before compression.
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
  if (codec === ZSTD) return decompressZstd(packed, new Uint8Array(size));
  throw new Error(`its buffers are compressed by codec ${codec}, which is unknown`);
}

function decompressLz4(frame: Uint8Array, size: number): Uint8Array {
  checkBlocks(frame);
  if (size > LARGEST_LZ4_RATIO * frame.length) throw new Error("a compressed buffer is too short");
  const bytes = new Uint8Array(size);
  if (lz4.decompressFrame(frame, bytes) !== size) throw new Error("a compressed buffer has another size");
  return bytes;
}

/** Checks that the blocks of an LZ4 frame are within it up to its end mark: the decompressor takes their word. */
function checkBlocks(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const flags = view.getUint8(4);
  const checksum = flags & 0x10 ? 4 : 0;
  let at = flags & 0x08 ? 15 : 7; // after magic, flags, block size, content size if there is one, and their checksum
  for (let length = view.getUint32(at, true); length !== 0; length = view.getUint32(at, true)) {
    at += 4 + (length & 0x7fffffff) + checksum;
  }
}
