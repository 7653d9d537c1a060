/** Where experiments are in a repository, and what their files are called. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "@ft/bytes";

/** The file of an experiment, in a folder of its name. */
export const EXPERIMENT_FILE = "experiment.json";
/** The file of a run with other settings than its experiment has, in its folder in runs/. A shell's `*` passes over it. */
export const VARIANT_FILE = ".experiment.json";

/**
 * The folder that holds nx.json, found from a path upwards. Base models, runs and caches are in it.
 *
 * @param {string} from
 * @returns {string}
 * @throws {UserError} if there is none
 */
export function repositoryRoot(from) {
  const root = findRoot(from);
  if (root !== undefined) return root;
  throw new UserError("no folder above this path holds nx.json, so there is no repository to run in", {
    file: from,
    remedy: "put the experiment under experiments/ in a checkout",
  });
}

/**
 * @param {string} from
 * @returns {string | undefined}
 */
function findRoot(from) {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "nx.json"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * @param {string} file an experiment's
 * @returns {string} the folder with all experiments: that of the repository, or else the one that holds its folder
 */
export function experimentsFolder(file) {
  const root = findRoot(dirname(file));
  return root === undefined ? dirname(dirname(resolve(file))) : join(root, "experiments");
}

/**
 * @param {string} folder with all experiments
 * @returns {string[]} the names of those there are, sorted
 */
export function experimentNames(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => existsSync(join(folder, name, EXPERIMENT_FILE)))
      .sort();
  } catch {
    return [];
  }
}

/**
 * @param {string} file an experiment's
 * @returns {string} the name of its folder, any text
 */
export function nameOfFile(file) {
  return basename(dirname(file));
}

/** The tag of experiments on models whose weights are not part of the repository. Without them they are no projects of Nx. */
export const WEIGHTS_TAG = "weights";

/**
 * @param {string} folder of a model, absolute
 * @returns {boolean} whether the folder is there and has no weights
 */
export function lacksWeights(folder) {
  try {
    return !readdirSync(folder).some((name) => name.endsWith(".safetensors"));
  } catch {
    return false; // another mistake, which is reported as such
  }
}
