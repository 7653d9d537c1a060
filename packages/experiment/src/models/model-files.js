/** The files of a model's folder, by their names. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readJson } from "@ft/bytes";

/** The weights, if they are in one file. */
export const WEIGHTS_FILE = "model.safetensors";
/** Lists the file of each tensor, if the weights are in several. */
export const INDEX_FILE = "model.safetensors.index.json";
/** The tokenizer. A model without one takes prompts as token ids. */
export const TOKENIZER_FILE = "tokenizer.json";

/** The files besides weights that decide a result. */
const SETTINGS = ["config.json", TOKENIZER_FILE, "tokenizer_config.json", "special_tokens_map.json"];

/**
 * The files of a folder that decide what is computed: configuration, tokenizer and weights. What else is there, such as weights in
 * other formats, is not read.
 *
 * @param {string} folder
 * @returns {string[]} names, sorted; those that are missing are not among them
 */
export function decidingFiles(folder) {
  return [...SETTINGS, ...weightFiles(folder)].filter((name) => existsSync(join(folder, name))).sort();
}

/**
 * The files that a model needs and that a snapshot of the hub's cache does not have.
 *
 * @param {string} folder REPOSITORY/snapshots/COMMIT
 * @returns {string[]} names
 */
export function missingFiles(folder) {
  const needed = [...weightFiles(folder), "config.json"];
  if (!existsSync(absenceMark(folder, TOKENIZER_FILE))) needed.push(TOKENIZER_FILE);
  return needed.filter((name) => !existsSync(join(folder, name))).sort();
}

/**
 * The file by which the hub's cache remembers that a commit does not have a file.
 *
 * @param {string} folder REPOSITORY/snapshots/COMMIT
 * @param {string} name
 * @returns {string}
 */
export function absenceMark(folder, name) {
  return join(dirname(dirname(folder)), ".no_exist", basename(folder), name);
}

/**
 * @param {string} folder
 * @returns {string[]} the files of weights that are read, whether or not they are there: an index only if no single file has
 *   all weights
 */
function weightFiles(folder) {
  const index = join(folder, INDEX_FILE);
  if (existsSync(join(folder, WEIGHTS_FILE)) || !existsSync(index)) return [WEIGHTS_FILE];
  return [INDEX_FILE, ...indexedFiles(readJson(index))];
}

/**
 * The files that an index assigns tensors to. What else is wrong with the index is reported by whoever reads the weights.
 *
 * @param {unknown} index contents of {@link INDEX_FILE}
 * @returns {string[]} names, sorted, each once
 */
export function indexedFiles(index) {
  const { weight_map: map } = /** @type {{ weight_map?: unknown }} */ (Object(index));
  const names = Object.values(Object(map)).filter((name) => typeof name === "string" && isWeightsName(name));
  return [...new Set(names)].sort();
}

/**
 * @param {string} name
 * @returns {boolean} whether it is the name of a file of weights in the same folder
 */
export function isWeightsName(name) {
  return /^[^/\\\0]+\.safetensors$/.test(name);
}
