/** TensorFlow's C library in the cache: downloaded once for all versions of Node. */

import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hashFile, swapFolder, writeFileAtomic } from "@ft/artifacts";
import { type BindingDevice, bindingFolder, TENSORFLOW_VERSION } from "@ft/backend";
import { downloadWheels, findPython, type Running } from "./download-wheels.ts";
import { findLibrary, type TensorFlowLibrary } from "./library.ts";
import { unpackWheel } from "./unpack-wheel.ts";
import { isNeeded, requirement } from "./wheel.ts";

/** The record next to the library in the cache. */
interface LibraryManifest {
  /** The requirement given to pip. */
  requirement: string;
  /** The shared libraries, by their names. */
  files: Record<string, { bytes: number; sha256: string }>;
}

/** The cache's folder for the library of a device; it need not exist. */
export function libraryFolder(device: BindingDevice): string {
  const name = `tensorflow-${TENSORFLOW_VERSION}_${process.platform}-${process.arch}_${device}`;
  return join(dirname(bindingFolder(device)), name);
}

/**
 * The library to compile against: FT_TENSORFLOW's, otherwise the cache's, otherwise a download into the cache.
 *
 * @throws UserError if there is none in FT_TENSORFLOW, or none can be downloaded here
 */
export async function provideLibrary(device: BindingDevice, running: Running): Promise<TensorFlowLibrary> {
  const { FT_TENSORFLOW } = process.env;
  if (FT_TENSORFLOW) return findLibrary(resolve(FT_TENSORFLOW));
  const folder = libraryFolder(device);
  const problem = existsSync(folder) ? libraryProblem(folder, true) : "not downloaded yet";
  if (problem !== undefined) {
    if (existsSync(folder)) running.progress.note(`TensorFlow is downloaded again: ${problem}`);
    await swapFolder(folder, (temporary) => download(device, temporary, running));
  }
  return findLibrary(join(folder, "tensorflow"));
}

async function download(device: BindingDevice, folder: string, running: Running): Promise<void> {
  const { progress, signal } = running;
  const wanted = requirement(TENSORFLOW_VERSION, process, device === "gpu");
  const work = join(folder, "download");
  mkdirSync(work);
  progress.note(`Downloading ${wanted} with pip ...`);
  for (const wheel of await downloadWheels(wanted, await findPython(), work, running)) {
    let rest = 0;
    await unpackWheel(wheel, folder, {
      wanted: isNeeded,
      onStart: (bytes) => progress.start(Math.round(bytes / 1e6), "unpacking TensorFlow", "MB"),
      onBytes: (bytes) => {
        rest += bytes / 1e6;
        if (rest >= 1) progress.advance(Math.floor(rest));
        rest %= 1;
      },
      signal,
    });
    progress.stop();
  }
  rmSync(work, { recursive: true });
  const library = findLibrary(join(folder, "tensorflow"));
  const files: LibraryManifest["files"] = {};
  for (const name of library.files) {
    const path = join(library.folder, name);
    files[name] = { bytes: statSync(path).size, sha256: hashFile(path) };
  }
  const manifest: LibraryManifest = { requirement: wanted, files };
  writeFileAtomic(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The problem of a library in the cache, or undefined.
 *
 * @param thorough reads all of it, which takes a second or more; otherwise only its files' sizes are checked
 */
export function libraryProblem(folder: string, thorough: boolean): string | undefined {
  let manifest: LibraryManifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  } catch {
    return `${folder} has no manifest.json, or one that is not JSON`;
  }
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, "tensorflow", name);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return `${path} is missing`;
    if (size !== bytes || (thorough && hashFile(path) !== sha256))
      return `${path} is not what was downloaded`;
  }
  return undefined;
}
