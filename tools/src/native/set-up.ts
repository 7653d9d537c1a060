/** Brings the native backend to this machine: finds a binding that works, or compiles one. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { hashFile, silentProgress, swapFolder, UserError, writeFileAtomic } from "@ft/artifacts";
import {
  type BindingDevice,
  type BindingManifest,
  bindingFolder,
  bindingPackage,
  locateBinding,
} from "@ft/model";
import { execa } from "execa";
import { compileArguments, findCompiler } from "./compiler.ts";
import type { Running } from "./download-wheels.ts";
import { findLibrary, type TensorFlowLibrary } from "./library.ts";
import { withLock } from "./lock.ts";
import { libraryFolder, libraryProblem, provideLibrary } from "./tensorflow-library.ts";
import { type BindingReport, tryBinding } from "./try-binding.ts";

export interface SetUpOptions extends Running {
  /** Sets up, or looks for, a binding that computes on a graphics card. @default false */
  gpu?: boolean;
  /** Compiles even if there is a binding that works. @default false */
  force?: boolean;
  /** Compares the checksum of a downloaded library too, which takes a second or more. @default false */
  thorough?: boolean;
}

/** A native backend that passed its self-test. */
export interface NativeBackend extends BindingReport {
  /** The binding's absolute path. */
  path: string;
  /** Whether this call compiled it. */
  built: boolean;
}

/** What is recorded beside a compiled binding. */
interface Manifest extends BindingManifest {
  /** The folder of the library it was linked with, relative to the binding's if it is the cache's own. */
  library: string;
  compiler: string;
}

/**
 * Finds a binding that passes its self-test, or compiles one against TensorFlow's C library (of FT_TENSORFLOW, of the
 * cache, or downloaded). What is compiled appears in the cache whole and tested, or not at all.
 *
 * @throws UserError with what is missing, where the backend cannot be had; the signal's reason, if it is aborted
 */
export async function setUpNative(options: SetUpOptions): Promise<NativeBackend> {
  const device = options.gpu ? "gpu" : "cpu";
  const folder = bindingFolder(device);
  if (!options.force) {
    const ready = await findWorking(device, options);
    if (ready) return ready;
  }
  const compiler = await findCompiler();
  const wait = () => options.progress.note("Waiting for another set-up of the native backend to end ...");
  return withLock(
    `${folder}.lock`,
    async () => {
      const ready = options.force
        ? undefined
        : await findWorking(device, { ...options, progress: silentProgress });
      if (ready) return ready;
      const library = await provideLibrary(device, options);
      const report = await swapFolder(folder, (temporary) =>
        compile(temporary, device, library, compiler, options),
      );
      return { ...report, path: join(folder, "tfjs_binding.node"), built: true };
    },
    wait,
    options.signal,
  );
}

/** The binding there is, if it works; notes why one that is there does not. */
async function findWorking(
  device: BindingDevice,
  { progress, thorough = false }: SetUpOptions,
): Promise<NativeBackend | undefined> {
  const { found, looked } = locateBinding(device === "gpu" ? ["gpu"] : ["gpu", "cpu"]);
  const folder = bindingFolder(device);
  const refuse = (reason: string) => {
    if (found?.source === "FT_BINDING")
      throw new UserError(`the binding of FT_BINDING does not work: ${reason}`, { file: found.path });
    progress.note(`The native binding is compiled again: ${reason}`);
    return undefined;
  };
  if (!found) {
    const damage = looked.find((line) => line.startsWith(folder));
    return damage && existsSync(folder) ? refuse(damage) : undefined;
  }
  if (dirname(found.path) === folder) {
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    const library = resolve(folder, manifest.library);
    const { FT_TENSORFLOW } = process.env;
    if (FT_TENSORFLOW && findLibrary(resolve(FT_TENSORFLOW)).folder !== library)
      return refuse(`it was linked with ${library}, not with FT_TENSORFLOW`);
    const cached = libraryFolder(device);
    const damage = library.startsWith(cached) ? libraryProblem(cached, thorough) : undefined;
    if (damage) return refuse(damage);
  }
  try {
    return { ...(await tryBinding(found.path, device)), path: found.path, built: false };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refuse(error.problem);
  }
}

/** Compiles the binding into `folder`, tests it there and records it. */
async function compile(
  folder: string,
  device: BindingDevice,
  library: TensorFlowLibrary,
  compiler: string,
  { progress, signal }: Running,
): Promise<BindingReport> {
  const output = join(folder, "tfjs_binding.node");
  const root = bindingPackage();
  const sources = {
    root,
    files: readdirSync(join(root, "binding"))
      .filter((name) => name.endsWith(".cc"))
      .map((name) => join(root, "binding", name)),
    nodeHeaders: nodeHeaders(),
  };
  progress.note("Compiling the native binding (some 10 s) ...");
  const loadFrom = loadPath(library, device);
  const { failed, stderr } = await execa(compiler, compileArguments(sources, library, loadFrom, output), {
    reject: false,
    stdin: "ignore",
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (failed) {
    const error = stderr.split("\n").find((line) => /error/i.test(line)) ?? stderr.trim();
    throw new UserError(`${compiler} could not compile the binding: ${error}`);
  }
  const report = await tryBinding(output, device);
  const manifest: Manifest = { sha256: hashFile(output), library: loadFrom, compiler };
  writeFileAtomic(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return report;
}

/** The cache's own library is found from beside the binding, so that the cache may move as a whole. */
function loadPath(library: TensorFlowLibrary, device: BindingDevice): string {
  const cached = libraryFolder(device);
  return library.folder.startsWith(cached) ? relative(bindingFolder(device), library.folder) : library.folder;
}

function nodeHeaders(): string {
  const require = createRequire(import.meta.url);
  return (require("node-api-headers") as { include_dir: string }).include_dir;
}
