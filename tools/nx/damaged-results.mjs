// @ts-check
/**
 * Nx does not verify cached results, and restores a damaged one again and again. Here results are checked against their
 * manifests, and a damaged one becomes a cache miss.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { damageOf, filesWithManifest, stampOf } from "./check-manifest.mjs";

/** The stamps of the files with a manifest of every result, by the result's hash and the file's place in it. */
/** @typedef {Map<string, Record<string, string>>} Memo */

/** Marks a task's result as a failure, which Nx never restores. Its hash is the name of its folder in the cache. */
/** @typedef {(hash: string) => Promise<void>} Drop */

/**
 * Drops every damaged result from the cache, and every one whose folder is missing, for which Nx would restore nothing. Files
 * found intact are remembered, and read again only if they were written to since.
 *
 * @param {string} cacheFolder
 * @param {string} memoFile remembers the intact files
 * @param {Drop} drop
 * @param {(line: string) => void} [say] called with a line for each damaged result. @default standard error
 */
export async function dropDamagedResults(cacheFolder, memoFile, drop, say = console.error) {
  const before = readMemo(memoFile);
  /** @type {Memo} */
  const after = new Map();
  for (const hash of resultsIn(cacheFolder)) {
    const folder = join(cacheFolder, hash);
    const known = before.get(hash);
    const files = filesWithManifest(join(folder, "runs")).map((file) => ({ file, stamp: stampOf(file) }));
    const damaged = files.find(
      ({ file, stamp }) => known?.[relative(folder, file)] !== stamp && damageOf(file),
    );
    if (damaged === undefined) {
      after.set(hash, Object.fromEntries(files.map(({ file, stamp }) => [relative(folder, file), stamp])));
      continue;
    }
    const line = damagedLine(relative(folder, damaged.file), damageOf(damaged.file));
    await drop(hash);
    say(`${line}; its stage runs again.`);
  }
  for (const hash of before.keys()) if (!existsSync(join(cacheFolder, hash))) await drop(hash);
  writeMemo(memoFile, after);
}

/**
 * Checks what Nx has restored, reading all of it, and drops damaged results from the cache.
 *
 * @param {string} root of the workspace
 * @param {readonly { hash?: string, outputs: string[] }[]} tasks that were restored
 * @param {Drop} drop
 * @param {(line: string) => void} [say] called with a line for each. @default standard error
 * @returns {Promise<boolean>} whether anything was damaged
 */
export async function dropDamagedOutputs(root, tasks, drop, say = console.error) {
  let any = false;
  for (const { hash, outputs } of tasks) {
    const files = outputs.flatMap((output) => filesWithManifest(join(root, output)));
    const damaged = files.find((file) => damageOf(file) !== undefined);
    if (damaged === undefined || hash === undefined) continue;
    say(`${damagedLine(relative(root, damaged), damageOf(damaged))}; run it again.`);
    await drop(hash);
    any = true;
  }
  return any;
}

/**
 * @param {string} file
 * @param {string | undefined} damage
 */
function damagedLine(file, damage) {
  return `Dropped a damaged result from the cache: ${file} (${damage})`;
}

/**
 * @param {string} cacheFolder
 * @returns {string[]} the hashes of the results in it, which are numbers
 */
function resultsIn(cacheFolder) {
  try {
    return readdirSync(cacheFolder).filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // nothing was cached yet
  }
}

/**
 * @param {string} file
 * @returns {Memo} empty if there is no file
 */
function readMemo(file) {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(file, "utf8"))));
  } catch {
    return new Map();
  }
}

/**
 * @param {string} file
 * @param {Memo} memo
 */
function writeMemo(file, memo) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(memo)));
  renameSync(`${file}.new`, file);
}
