// @ts-check
/** The outcome of the last call of Nx in a checkout, for the programs that called it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * @typedef {object} TaskEnd the end of one task
 * @property {string} project
 * @property {string} target
 * @property {string} status as Nx has it: "success", "failure", "skipped", or a kind of cache
 */

/** @param {string} root of the workspace */
const recordFile = (root) => join(root, ".nx", "last-run.json");

/**
 * @param {string} root of the workspace
 * @param {readonly TaskEnd[]} tasks all of the run
 */
export function writeRunRecord(root, tasks) {
  const file = recordFile(root);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(tasks));
}

/**
 * @param {string} root of the workspace
 * @returns {TaskEnd[] | undefined} undefined if there was no run since the last {@link clearRunRecord}, or Nx itself failed
 */
export function readRunRecord(root) {
  try {
    return JSON.parse(readFileSync(recordFile(root), "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} root of the workspace */
export function clearRunRecord(root) {
  rmSync(recordFile(root), { force: true });
}
