// @ts-check
/** Files against their manifests, as `packages/artifacts/src/manifest` writes them, without a build. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashFile, hashOf, readJson, UserError } from "../../packages/bytes/src/index.js";

const MANIFEST = ".manifest.json";
const LARGEST_MANIFEST = 64 * 2 ** 20;

/**
 * @param {string} folder
 * @returns {string[]} every file in it, at any depth, that has a manifest
 */
export function filesWithManifest(folder) {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesWithManifest(path);
    return path.endsWith(MANIFEST) ? [path.slice(0, -MANIFEST.length)] : [];
  });
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * @param {string} file that has a manifest
 * @returns {string | undefined} how it differs from what its manifest says, if it does
 */
export function damageOf(file) {
  try {
    const manifest = readJson(`${file}${MANIFEST}`, { most: LARGEST_MANIFEST, what: "the manifest" });
    const { seal, ...content } = /** @type {Record<string, unknown>} */ (manifest);
    if (seal !== hashOf(canonicalJson(content))) return "its manifest is damaged";
    if (statSync(file).size !== content.bytes) return "it has another size than its manifest says";
    return hashFile(file) === content.sha256 ? undefined : "its content is not what its manifest says";
  } catch (error) {
    return error instanceof UserError ? "its manifest is damaged" : "it cannot be read";
  }
}

/**
 * @param {string} file that has a manifest
 * @returns {string} equal as long as neither file nor manifest has been written to
 */
export function stampOf(file) {
  return [file, `${file}${MANIFEST}`]
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined
        ? "missing"
        : [stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino].join(" ");
    })
    .join(", ");
}
