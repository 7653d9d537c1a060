// @ts-check
/**
 * Fingerprints of files that Nx does not see, or not as inputs: their part of a cache key. Computed while the graph is
 * made, in every call of Nx, so it reads little and never blocks.
 */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { hashFile } from "@ft/bytes";

/** Bytes read per path. Larger files (weights) count by size and modification time. */
const MOST_READ = 64 * 2 ** 20;

/**
 * The fingerprint of files and folders: for a folder, of all files directly in it, except Markdown. Missing or
 * unreadable files have their own fingerprints: the stage that needs them reports the problem.
 *
 * @param {string} root where relative paths start
 * @param {readonly string[]} paths named in the fingerprint as they are given
 * @returns {string} 64 hexadecimal digits
 */
export function fingerprint(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const budget = { left: MOST_READ };
    for (const [name, file] of filesOf(root, path))
      hash.update(JSON.stringify([path, name, identity(file, budget)]));
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {[name: string, file: string][]} the files of a folder with their names; a single file has none
 */
function filesOf(root, path) {
  const file = resolve(root, path);
  try {
    if (!statSync(file).isDirectory()) return [["", file]];
    const names = readdirSync(file).filter((name) => !name.endsWith(".md"));
    return names.sort().map((name) => [name, join(file, name)]);
  } catch {
    return [["", file]];
  }
}

/**
 * @param {string} file
 * @param {{ left: number }} budget bytes that may still be read; reduced by those read
 * @returns {string}
 */
function identity(file, budget) {
  try {
    const stats = statSync(file);
    // A pipe without a writer, or a file of /proc with size 0, could block forever.
    if (!stats.isFile()) return "not a file";
    if (stats.size === 0) return "empty";
    if (stats.size > budget.left) return `${stats.size} bytes of ${stats.mtimeMs}`;
    budget.left -= stats.size;
    return hashFile(file);
  } catch {
    return "unreadable";
  }
}
