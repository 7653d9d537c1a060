/**
 * A stage's entry comes in layers: defaults, a parent's entry, its own entry. Merged, they are the entry; kept apart,
 * they record where each part of it was written.
 */
import { renderPath } from "./problems.js";

/** @import { Place } from "./problems.js" */

/** @typedef {readonly PropertyKey[]} Path */

/**
 * A text that settings come from.
 *
 * @typedef {object} Source
 * @property {string} file
 * @property {string} folder which paths in it are relative to
 * @property {(path: Path) => Place} at where something in it was written
 */

/**
 * @typedef {object} Layer
 * @property {Source} source
 * @property {Path} path where `value` is in the source
 * @property {Path} into where in the entry it is put
 * @property {unknown} value
 */

/**
 * @param {string} file
 * @param {string} folder
 * @returns {Source} a file whose settings are at their own paths
 */
export function fileSource(file, folder) {
  return { file, folder, at: (path) => ({ file, place: renderPath(path) }) };
}

/**
 * Objects merge, everything else replaces; null removes what is there.
 *
 * @param {unknown} base
 * @param {unknown} over
 * @returns {unknown}
 */
export function merge(base, over) {
  if (!isRecord(over)) return over;
  const merged = isRecord(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(over)) {
    const known = Object.hasOwn(merged, key);
    if (known && value === null) delete merged[key];
    else merged[key] = known ? merge(merged[key], value) : value;
  }
  return merged;
}

/**
 * @param {readonly Layer[]} layers from the weakest to the strongest
 * @returns {Record<string, unknown>} the entry
 */
export function mergeLayers(layers) {
  /** @type {unknown} */
  let entry = {};
  for (const { into, value } of layers) entry = mergeAt(entry, into, value);
  return /** @type {Record<string, unknown>} */ (entry);
}

/**
 * @param {unknown} base
 * @param {Path} path
 * @param {unknown} value
 * @returns {unknown} a copy of `base` with `value` merged into what is at `path`
 */
export function mergeAt(base, path, value) {
  const [key, ...rest] = path;
  if (key === undefined) return merge(base, value);
  if (typeof key === "number") {
    const list = Array.isArray(base) ? [...base] : [];
    list[key] = mergeAt(list[key], rest, value);
    return list;
  }
  const record = isRecord(base) ? { ...base } : {};
  const name = String(key);
  record[name] = mergeAt(Object.hasOwn(record, name) ? record[name] : undefined, rest, value);
  return record;
}

/**
 * Where a part of an entry was written: in the strongest layer that has it. For what is not
 * written anywhere: the strongest layer that has its parent.
 *
 * @param {readonly Layer[]} layers from the weakest to the strongest
 * @param {Path} path in the entry
 * @returns {Place}
 */
export function originOf(layers, path) {
  for (let length = path.length; length >= 0; length--) {
    const around = path.slice(0, length);
    const layer = layers.findLast((one) => has(one, around));
    if (layer !== undefined) return layer.source.at([...layer.path, ...path.slice(layer.into.length)]);
  }
  const last = layers.at(-1);
  if (last === undefined) throw new Error("an entry without layers was written nowhere");
  return last.source.at(last.path);
}

/**
 * @param {Layer} layer
 * @param {Path} path in the entry
 * @returns {boolean} whether the layer says something at this path
 */
function has({ into, value }, path) {
  if (path.length < into.length || into.some((key, i) => key !== path[i])) return false;
  let here = value;
  for (const key of path.slice(into.length)) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return false;
    here = /** @type {Record<PropertyKey, unknown>} */ (here)[key];
  }
  return true;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
