// @ts-check
/** The files a stage names in its `config` or its `run` command: it runs again when one of them changes. */
import { statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { namedFiles } from "./named-files.mjs";

/** @import { StageSection } from "./types.d.ts" */

/** Longer texts are not paths. In characters. */
const LONGEST_PATH = 4096;

/**
 * @param {StageSection} stage its entry in experiment.json: the words of `run` and the strings in `config` count
 * @param {{ root: string, experimentFolder: string }} folders absolute; names are looked up in both
 * @returns {string[]} sorted, each once: relative to the root with forward slashes, or absolute if outside of it
 */
export function stageFiles({ run, config }, { root, experimentFolder }) {
  const files = new Set(typeof run === "string" ? namedFiles(run, { root, experimentFolder }) : []);
  for (const text of new Set(textsIn(config)))
    for (const folder of [root, experimentFolder]) {
      const file = fileAt(folder, text);
      if (file !== undefined) files.add(nameOf(file, root));
    }
  return [...files].sort();
}

/**
 * @param {unknown} value of JSON
 * @returns {string[]} every string in it
 */
function textsIn(value) {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * @param {string} folder
 * @param {string} text
 * @returns {string | undefined} the file's absolute path, if it is one
 */
function fileAt(folder, text) {
  if (text.length > LONGEST_PATH) return undefined;
  try {
    const file = resolve(folder, text);
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined; // not there, or nothing that could be a path
  }
}

/**
 * @param {string} file absolute
 * @param {string} root
 * @returns {string}
 */
function nameOf(file, root) {
  const inside = relative(root, file).split(sep).join("/");
  return inside.startsWith("../") ? file : inside;
}
