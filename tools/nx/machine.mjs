// @ts-check
/** The part of a test's cache key that is not a file of the workspace: the machine. */
import { readdirSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { cacheFolder, hashOf } from "@ft/bytes";

/**
 * The fingerprint of this machine: Node, platform, processor, and the native backend, by its files' sizes and times.
 *
 * @returns {string} 64 hexadecimal digits
 */
export function machineKey() {
  const { version, platform, arch, env } = process;
  const native = join(cacheFolder(), "native");
  const files = namesIn(native).flatMap((name) =>
    namesIn(join(native, name)).map((file) => join(name, file)),
  );
  return hashOf(
    JSON.stringify([
      ...[version, platform, arch, cpus()[0]?.model, env.FT_BINDING],
      ...files.map((file) => [file, identity(join(native, file))]),
    ]),
  );
}

/**
 * @param {string} folder
 * @returns {string[]} sorted; none if it is missing or a file
 */
function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @param {string} file */
function identity(file) {
  const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return [size, mtimeMs];
}
