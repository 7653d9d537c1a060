// @ts-check
/** Files against their manifests, as `verifyFile` of `packages/artifacts` checks them, without a build. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashFile, manifestPath, readSealed, UserError } from "@ft/bytes";

const SUFFIX = manifestPath("");

/**
 * @param {string} folder
 * @returns {string[]} every file in it, at any depth, that has a manifest; none if there is no folder
 */
export function filesWithManifest(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => join(folder, name.slice(0, -SUFFIX.length)));
}

/**
 * @param {string} file that has a manifest
 * @returns {string | undefined} how it differs from its manifest, if it does
 */
export function damageOf(file) {
  try {
    const content = readSealed(file);
    if (statSync(file).size !== content.bytes) return "it has another size than its manifest says";
    return hashFile(file) === content.sha256 ? undefined : "its content is not what its manifest says";
  } catch (error) {
    return error instanceof UserError ? "its manifest is damaged" : "it cannot be read";
  }
}

/**
 * @param {string} file that has a manifest
 * @returns {string} the same until file or manifest is written to
 */
export function stampOf(file) {
  return [file, manifestPath(file)]
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined
        ? "missing"
        : [stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino].join(" ");
    })
    .join(", ");
}
