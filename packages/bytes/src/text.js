import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { refuseOtherKinds } from "./recognise.js";
import { regularFile } from "./regular-file.js";
import { UserError } from "./user-error.js";

/** Largest text file read by default, in bytes. */
const LARGEST_TEXT = 256 * 2 ** 20;
/** Bytes examined to detect UTF-16 without a byte order mark. */
const SAMPLE = 1024;

/**
 * Reads a text file. A file of another well-known kind is refused by name, with a remedy.
 *
 * @param {string} file
 * @param {{ most?: number, remedy?: string | undefined, what?: string | undefined, wanted?: string }} [options] `most`: the largest size
 *   accepted, in bytes, default 256 MiB; `remedy`: what to do about a file that cannot be read; `what`: what the file is,
 *   default "the file"; `wanted`: what it should hold, default "text"
 * @returns {string} without a byte order mark
 * @throws {UserError} if it is not a regular file, is too large, of another kind, or not UTF-8
 */
export function readText(file, { most = LARGEST_TEXT, remedy, what, wanted = "text" } = {}) {
  regularFile(file, { most, remedy });
  const bytes = readFileSync(file);
  refuseOtherKinds(bytes, { kind: "JSON", name: wanted, file, what });
  return decodeText(bytes, file);
}

/**
 * Decodes UTF-8, the only encoding read here. A byte order mark is skipped; other encodings are
 * refused by name.
 *
 * @param {Uint8Array} bytes
 * @param {string} file named in errors
 * @returns {string}
 * @throws {UserError} if the bytes are UTF-16, binary, or not UTF-8
 */
export function decodeText(bytes, file) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf16 = utf16Name(buffer);
  if (utf16 !== undefined) {
    throw new UserError(`the file is ${utf16}, not UTF-8`, {
      file,
      remedy: "save it as UTF-8 (in PowerShell: Out-File -Encoding utf8)",
    });
  }
  const zero = buffer.indexOf(0);
  if (zero >= 0) {
    throw new UserError("the file is not a text file", {
      file,
      place: `byte ${zero}`,
      value: "a NUL byte",
      remedy: "check that this is the right file",
    });
  }
  if (!isUtf8(buffer)) throw notUtf8(buffer, file);
  const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  return buffer.toString("utf8", start);
}

/**
 * UTF-16 by its byte order mark or, in mostly English text, by a zero in every other byte.
 *
 * @param {Buffer} buffer
 * @returns {string | undefined}
 */
function utf16Name(buffer) {
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return "UTF-16 (little-endian)";
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return "UTF-16 (big-endian)";
  const sample = buffer.subarray(0, SAMPLE);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < 0.4 * sample.length || sample.length < 4 || (even > 0 && odd > 0)) return undefined;
  return odd > 0 ? "UTF-16 (little-endian)" : "UTF-16 (big-endian)";
}

/**
 * Names the first line that is not UTF-8, and shows it as Latin-1, which it most probably is. No UTF-8 sequence holds
 * a line feed, so lines can be judged one by one.
 *
 * @param {Buffer} buffer
 * @param {string} file
 * @returns {UserError}
 */
function notUtf8(buffer, file) {
  for (let start = 0, line = 1; ; line++) {
    const end = buffer.indexOf(0x0a, start);
    const text = buffer.subarray(start, end < 0 ? undefined : end);
    if (end < 0 || !isUtf8(text)) {
      return new UserError("the file is not UTF-8; it is probably Latin-1 or Windows-1252", {
        file,
        place: `line ${line}`,
        value: text.subarray(0, SAMPLE).toString("latin1"),
        remedy: "save it as UTF-8",
      });
    }
    start = end + 1;
  }
}
