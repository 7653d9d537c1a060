// @ts-check
/** The files and folders a stage names in its `config` or its `run` command: it runs again if one of them changes. */
import { resolve } from "node:path";
import { configFiles } from "@ft/experiment";
import { namedFiles, shortName, statOf } from "./named-files.mjs";

/** @import { StageSection } from "./types.d.ts" */

/**
 * @param {StageSection} stage its entry in experiment.json: the words of `run` and the strings in `config` count, and for
 *   keys that its kind declares as folders these
 * @param {{ root: string, experimentFolder: string }} folders absolute; names are looked up in both
 * @returns {string[]} sorted, each once: relative to the root with forward slashes, or absolute if outside of it
 */
export function stageFiles({ kind, run, config }, { root, experimentFolder }) {
  const files = new Set(typeof run === "string" ? namedFiles(run, { root, experimentFolder }) : []);
  for (const text of new Set(textsIn(config)))
    for (const folder of [root, experimentFolder]) {
      const file = resolve(folder, text);
      if (statOf(file)?.isFile()) files.add(shortName(file, root));
    }
  for (const { file, isFolder } of kind === undefined ? [] : configFiles(kind, config))
    if (isFolder) files.add(shortName(resolve(experimentFolder, file), root));
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
