// @ts-check
/** Installs the packages that package-lock.json asks for, when node_modules does not hold them. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm } from "./run.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean }} Entry
 * @typedef {Record<string, Entry>} Entries what a lock file says of each path, such as "node_modules/zod"
 */

/**
 * The first path at which an installation differs from the lock file, or undefined where it holds everything. What npm
 * may leave out (packages for other platforms) may be absent, and what is installed on top does not matter.
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

/** Whether node_modules holds what package-lock.json asks for. */
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
