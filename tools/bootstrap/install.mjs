// @ts-check
/** Installs the packages of package-lock.json if node_modules lacks any. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm } from "./run.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean }} Entry
 * @typedef {Record<string, Entry>} Entries a lock file's entry for each path, such as "node_modules/zod"
 */

/**
 * The first path at which an installation differs from the lock file, or undefined if it holds everything. Packages
 * that npm may leave out (for other platforms) may be absent; additional ones are ignored.
 *
 * @param {Entries} wanted the packages of package-lock.json
 * @param {Entries} installed the packages of node_modules/.package-lock.json
 * @param {(path: string) => boolean} exists whether a path is on disk
 * @returns {string | undefined}
 */
export function firstDifference(wanted, installed, exists) {
  return Object.keys(wanted).find((path) => {
    const want = wanted[path];
    const have = installed[path];
    if (!path.includes("node_modules/") || want === undefined) return false;
    if (have === undefined) return want.optional !== true;
    if (want.link) return have.link !== true || !exists(path);
    return want.version !== have.version || want.integrity !== have.integrity || !exists(path);
  });
}

/** Whether node_modules holds the packages of package-lock.json. */
export function isInstalled() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return false;
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const held = JSON.parse(readFileSync(installed, "utf8")).packages;
    return firstDifference(wanted, held, (path) => existsSync(join(root, path))) === undefined;
  } catch {
    return false;
  }
}

/** Runs `npm ci` unless node_modules is complete already. @returns {Promise<boolean>} whether all is installed now */
export async function install() {
  if (isInstalled()) return true;
  console.log("Installing packages (npm ci) ...");
  return (await runNpm(["ci", "--no-audit", "--no-fund"])) === 0;
}
