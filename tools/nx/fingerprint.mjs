// @ts-check
/**
 * Prints what identifies the content of files and model folders that Nx does not see, or not as inputs: their part of a
 * cache key. Files up to 64 MiB count by content; larger ones (weights) by size and modification time, so that asking
 * whether anything changed does not mean reading gigabytes.
 *
 * Usage: node tools/nx/fingerprint.mjs PATH...
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const LARGEST_READ = 64 * 2 ** 20;

for (const path of process.argv.slice(2)) {
  try {
    const files = statSync(path).isDirectory() ? readdirSync(path).sort() : [""];
    for (const file of files) console.log(`${join(path, file)} ${identity(join(path, file))}`);
  } catch {
    console.log(`${path} unreadable`); // the stage that needs it says what is wrong with it
  }
}

/**
 * @param {string} file
 * @returns {string}
 */
function identity(file) {
  const stats = statSync(file);
  if (stats.isDirectory()) return "folder";
  if (stats.size > LARGEST_READ) return `${stats.size} bytes of ${stats.mtimeMs}`;
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
