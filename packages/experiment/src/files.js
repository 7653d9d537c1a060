/** Files and folders that configurations name: each is looked for next to the experiment that names it. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { mergeAt } from "./layers.js";

/** @import { StageKind } from "./kinds/kind.js" */
/** @import { Layer } from "./layers.js" */

/**
 * A layer whose paths of files are relative to another folder: a file is looked for next to the experiment that names it.
 *
 * @param {Layer} layer
 * @param {StageKind} kind
 * @param {string} folder absolute
 * @returns {Layer}
 */
export function moveFiles(layer, kind, folder) {
  const { source, into, value } = layer;
  if (source.folder === folder || (kind.files ?? kind.folders) === undefined) return layer;
  const moved = moveConfigFiles(mergeAt({}, into, value), kind, source.folder, folder);
  return { ...layer, source: { ...source, folder }, value: into.reduce(child, moved) };
}

/**
 * @param {unknown} entry of a stage
 * @param {StageKind} kind
 * @param {string} from folder that paths are relative to
 * @param {string} to folder that they shall be relative to
 * @returns {any} the entry with the files of its configuration moved
 */
export function moveConfigFiles(entry, kind, from, to) {
  if (from === to) return entry;
  return configFiles(kind, child(entry, "config")).reduce((/** @type {unknown} */ moved, { path, file }) => {
    const place = isAbsolute(file) ? file : relative(to, resolve(from, file)).split(sep).join("/");
    return mergeAt(moved, ["config", ...path], place);
  }, entry);
}

/**
 * The files and folders that a configuration names, whether or not the rest of it is right.
 *
 * @param {StageKind} kind
 * @param {unknown} config
 * @returns {{ path: (string | number)[], file: string, isFolder: boolean }[]} each with its path in the configuration
 */
export function configFiles({ files = [], folders = [] }, config) {
  const keys = [
    ...files.map((key) => ({ key, isFolder: false })),
    ...folders.map((key) => ({ key, isFolder: true })),
  ];
  return keys.flatMap(({ key, isFolder }) => {
    const path = key.split(".");
    const named = path.reduce(child, config);
    const found = Array.isArray(named)
      ? named.map((file, i) => ({ path: [...path, i], file, isFolder }))
      : [{ path, file: named, isFolder }];
    return found.filter(({ file }) => typeof file === "string");
  });
}

/**
 * @param {unknown} value
 * @param {PropertyKey} key
 * @returns {unknown}
 */
function child(value, key) {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? /** @type {Record<PropertyKey, unknown>} */ (value)[key]
    : undefined;
}
