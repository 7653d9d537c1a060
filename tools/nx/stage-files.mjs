// @ts-check
/** The files a stage names in its `config` or its `run` command: it runs again when one of them changes. */
import { statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { namedFiles } from "./named-files.mjs";

/** Longer texts are not paths. In characters. */
const LONGEST_PATH = 4096;

/**
 * @param {{ command?: string | undefined, texts: readonly string[] }} stage its `run` command and the strings in its config
 * @param {{ root: string, experimentFolder: string }} folders absolute; names are looked up in both
 * @returns {string[]} sorted, each once: relative to the root with forward slashes, or absolute if outside of it
 */
export function stageFiles({ command, texts }, { root, experimentFolder }) {
  const files = new Set(namedFiles(command ?? "", { root, experimentFolder }));
  for (const text of texts)
    for (const folder of [root, experimentFolder])
      if (isFile(folder, text)) files.add(nameOf(folder, text, root));
  return [...files].sort();
}

/**
 * @param {string} folder
 * @param {string} text
 * @returns {boolean}
 */
function isFile(folder, text) {
  if (text.length > LONGEST_PATH) return false;
  try {
    return statSync(resolve(folder, text)).isFile();
  } catch {
    return false; // not there, or nothing that could be a path
  }
}

/**
 * @param {string} folder
 * @param {string} text
 * @param {string} root
 */
function nameOf(folder, text, root) {
  const file = resolve(folder, text);
  const inside = relative(root, file).split(sep).join("/");
  return inside.startsWith("../") ? file : inside;
}
