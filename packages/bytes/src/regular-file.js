import { statSync } from "node:fs";
import { UserError } from "./user-error.js";

/** What a system call's failure means for the person who named the file. */
const REASONS = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "there is no such file: a part of its path is a file, not a folder"],
  ["EACCES", "no permission to read the file"],
  ["EPERM", "no permission to read the file"],
  ["ELOOP", "the file is a link to itself"],
  ["ENAMETOOLONG", "the file's name is too long"],
]);

/**
 * The size of a file that can be read from beginning to end. Folders, pipes and devices are refused before anything
 * opens them: reading a pipe would wait for ever.
 *
 * @param {string} file
 * @param {{ most?: number, remedy?: string | undefined }} [options] `most`: the largest size accepted, in bytes.
 *   @default no limit
 * @returns {number} bytes
 * @throws {UserError} if there is no such file, it is not a regular one, or it is too large
 */
export function regularFile(file, { most = Number.POSITIVE_INFINITY, remedy } = {}) {
  /** @type {import("node:fs").Stats} */
  let stats;
  try {
    stats = statSync(file);
  } catch (error) {
    const { code = "", message } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new UserError(REASONS.get(code) ?? `the file cannot be read: ${message}`, {
      file,
      remedy: remedy ?? "check the path",
    });
  }
  if (stats.isDirectory()) throw new UserError("this is a folder, not a file", { file, remedy });
  if (!stats.isFile()) throw new UserError("this is not a regular file", { file, remedy });
  if (stats.size > most) {
    throw new UserError(`the file is larger than ${sizeOf(most)}`, {
      file,
      value: `${stats.size} bytes`,
      remedy: remedy ?? "check that this is the right file",
    });
  }
  return stats.size;
}

/**
 * @param {number} bytes
 * @returns {string}
 */
function sizeOf(bytes) {
  return bytes >= 2 ** 20 ? `${Math.floor(bytes / 2 ** 20)} MiB` : `${bytes} bytes`;
}
