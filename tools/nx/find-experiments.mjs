// @ts-check
/** The experiments of a workspace, those included that Nx passes over because it cannot read their files. */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const FILE = "experiment.json";
/**
 * Names the file of a run with other settings than its experiment has, relative to the root. `ft run --set` has written it, and
 * sets this for its own call of Nx alone.
 */
const VARIANT = "FT_VARIANT";

/**
 * @param {string} root of the workspace
 * @param {readonly string[]} files that Nx sees, relative to the root
 * @returns {string[]} every experiment.json among them, every one that is a pipe, a link to nowhere or a folder, and the one
 *   that {@link VARIANT} names
 */
export function findExperiments(root, files) {
  const variant = process.env[VARIANT];
  const seen = files.filter((file) => file.endsWith(`/${FILE}`));
  const known = new Set(seen);
  const unseen = foldersIn(join(root, "experiments"))
    .map((name) => `experiments/${name}/${FILE}`)
    .filter((file) => !known.has(file) && isUnreadable(join(root, file)));
  return [...seen, ...unseen, ...(variant ? [variant] : [])];
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function foldersIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether something is there that is not a file. A file that Nx does not see is one that git ignores.
 */
function isUnreadable(file) {
  try {
    lstatSync(file);
    return !statSync(file).isFile();
  } catch (error) {
    const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (error);
    return syscall === "stat" || (code !== "ENOENT" && code !== "ENOTDIR");
  }
}
