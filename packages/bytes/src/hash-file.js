import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const PIECE = 4 * 2 ** 20;

/**
 * The SHA-256 of a file of any size, in hexadecimal, read in pieces of 4 MiB.
 *
 * @param {string} path
 * @returns {string}
 */
export function hashFile(path) {
  const hash = createHash("sha256");
  const fd = openSync(path, "r");
  const piece = Buffer.allocUnsafe(Math.min(PIECE, fstatSync(fd).size + 1));
  try {
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece))
      hash.update(piece.subarray(0, read));
  } finally {
    closeSync(fd);
  }
  return hash.digest("hex");
}

/**
 * The SHA-256 of a text or of bytes, in hexadecimal.
 *
 * @param {string | Uint8Array} data
 * @returns {string}
 */
export function hashOf(data) {
  return createHash("sha256").update(data).digest("hex");
}
