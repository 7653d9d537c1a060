// @ts-check
/** The experiments of a workspace, including those that Nx skips because it cannot read their files. */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const FILE = "experiment.json";
/**
 * Names the file of a variant, an experiment with other settings, relative to the root. `ft run --set` writes it, and
 * sets this only for its own call of Nx.
 */
const VARIANT = "FT_VARIANT";

/**
 * @param {string} root of the workspace
 * @param {readonly string[]} files that Nx sees, relative to the root
 * @returns {string[]} every experiment.json among them, every one that is a pipe, a dangling link or a folder, and the one
 *   named by {@link VARIANT}
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
 * @returns {boolean} whether the path exists but is not a file. A file that Nx does not see is ignored by git.
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
