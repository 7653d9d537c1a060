/** Manifests as bytes: JSON that contains its own hash, so a change of any byte is detected. */

import { existsSync } from "node:fs";
import { canonicalJson } from "./canonical-json.js";
import { hashFile, hashOf } from "./hash-file.js";
import { readJson } from "./json.js";
import { UserError } from "./user-error.js";

/** In bytes; the longest configurations take a few thousand. */
const LARGEST_MANIFEST = 16 * 2 ** 20;

/**
 * The name of a file's manifest.
 *
 * @param {string} file
 * @returns {string}
 */
export function manifestPath(file) {
  return `${file}.manifest.json`;
}

/**
 * The text of a manifest: its content, and under `seal` the SHA-256 of that content as text.
 *
 * @param {Record<string, unknown>} content
 * @returns {string}
 */
export function seal(content) {
  return canonicalJson({ ...content, seal: hashOf(canonicalJson(content)) });
}

/**
 * The content of a file's manifest, not yet checked against a schema.
 *
 * @param {string} file which the manifest is of
 * @param {string} [remedy] what to do about a manifest that is missing or damaged
 * @returns {Record<string, unknown>}
 * @throws {UserError} if there is none, or it differs by any byte from what {@link seal} wrote
 */
export function readSealed(file, remedy) {
  const path = manifestPath(file);
  const fail = (/** @type {string} */ problem) => new UserError(problem, { file: path, remedy });
  if (!existsSync(path)) throw fail("missing manifest: the file cannot be verified");
  /** @type {unknown} */
  let value;
  try {
    value = readJson(path, { most: LARGEST_MANIFEST, what: "the manifest" });
  } catch (error) {
    throw fail(`the manifest is damaged: ${error instanceof UserError ? error.problem : error}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw fail("the manifest is damaged: it is not a JSON object");
  }
  const { seal: _, ...content } = /** @type {Record<string, unknown>} */ (value);
  // Equal contents have one text, so comparing it covers every byte.
  if (hashFile(path) !== hashOf(seal(content))) {
    throw fail("the manifest is damaged: its text is not what was written");
  }
  return content;
}
