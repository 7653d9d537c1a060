// @ts-check
/**
 * Nx verifies nothing that it restores, and restores a damaged result again and again. So results are checked against their
 * manifests, and a damaged one is made a miss.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { damageOf, filesWithManifest, stampOf } from "./check-manifest.mjs";

/** Makes Nx take a task's result for a failure, which it never restores. Its hash is the name of its folder in the cache. */
/** @typedef {(hash: string) => Promise<void>} Drop */

/**
 * Drops every damaged result of a stage from the cache. What was found right is remembered, and read again only when it
 * was written to since.
 *
 * @param {string} cacheFolder
 * @param {string} memoFile where that is remembered
 * @param {Drop} drop
 * @param {(line: string) => void} [say] told of each. @default standard error
 */
export async function dropDamagedResults(cacheFolder, memoFile, drop, say = console.error) {
  const before = readMemo(memoFile);
  /** @type {Map<string, string>} */
  const after = new Map();
  for (const hash of readFolder(cacheFolder)) {
    const stamps = new Map();
    for (const file of filesWithManifest(join(cacheFolder, hash, "runs"))) {
      const name = relative(cacheFolder, file);
      const stamp = stampOf(file);
      const damage = before.get(name) === stamp ? undefined : damageOf(file);
      stamps.set(name, stamp);
      if (damage === undefined) continue;
      await drop(hash);
      say(damagedLine(relative(join(cacheFolder, hash), file), damage, "its stage runs again"));
      stamps.clear();
      break;
    }
    for (const [name, stamp] of stamps) after.set(name, stamp);
  }
  writeMemo(memoFile, after);
}

/**
 * Checks what Nx has restored, reading all of it, and drops what is damaged from the cache.
 *
 * @param {string} root of the workspace
 * @param {readonly { hash?: string, outputs: string[] }[]} tasks that were restored
 * @param {Drop} drop
 * @param {(line: string) => void} [say] told of each. @default standard error
 * @returns {Promise<boolean>} whether anything was damaged
 */
export async function dropDamagedOutputs(root, tasks, drop, say = console.error) {
  let any = false;
  for (const { hash, outputs } of tasks) {
    const files = outputs.flatMap((output) => filesWithManifest(join(root, output)));
    const damaged = files.find((file) => damageOf(file) !== undefined);
    if (damaged === undefined || hash === undefined) continue;
    await drop(hash);
    say(damagedLine(relative(root, damaged), damageOf(damaged), "run it again"));
    any = true;
  }
  return any;
}

/**
 * @param {string} file
 * @param {string | undefined} damage
 * @param {string} next
 */
function damagedLine(file, damage, next) {
  return `Dropped a damaged result from the cache: ${file} (${damage}); ${next}.`;
}

/** @param {string} folder */
function readFolder(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * @param {string} file
 * @returns {Map<string, string>} stamps by file; empty if there are none
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
 * @param {Map<string, string>} stamps
 */
function writeMemo(file, stamps) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(stamps)));
  renameSync(`${file}.new`, file);
}
