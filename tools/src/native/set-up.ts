/** Sets up the native backend: finds a working binding, or compiles one. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { hashFile, silentProgress, swapFolder, UserError, writeFileAtomic } from "@ft/artifacts";
import { type BindingDevice, bindingFolder, bindingPackage, locateBinding } from "@ft/backend";
import { withLock } from "../lock.ts";
import { compile, findCompiler, nodeHeaders } from "./compiler.ts";
import type { Running } from "./download-wheels.ts";
import { findLibrary, type TensorFlowLibrary } from "./library.ts";
import { type CompiledManifest, setUpKernels } from "./set-up-kernels.ts";
import { libraryFolder, libraryProblem, provideLibrary } from "./tensorflow-library.ts";
import { type BindingReport, tryBinding } from "./try-binding.ts";

export interface SetUpOptions extends Running {
  /** Sets up, or looks for, a binding that computes on a graphics card. @default false */
  gpu?: boolean;
  /** Compiles even if there is a working binding. @default false */
  force?: boolean;
  /** Compares the checksum of a downloaded library too, which takes a second or more. @default false */
  thorough?: boolean;
}

/** A native backend that passed its self-test. */
export interface NativeBackend extends BindingReport {
  /** Why the native kernels are not used, which makes it slower; absent if they are. */
  withoutKernels?: string;
  /** The binding's absolute path. */
  path: string;
  /** Whether this call compiled it. */
  built: boolean;
}

/**
 * Finds a binding that passes its self-test, or compiles one against TensorFlow's C library (of FT_TENSORFLOW, of the
 * cache, or downloaded), and compiles the native kernels. A compiled file appears in the cache complete and tested, or not at all.
 *
 * @throws UserError with what is missing, if the backend is not available; the signal's reason, if it is aborted
 */
export async function setUpNative(options: SetUpOptions): Promise<NativeBackend> {
  const backend = await setUpBinding(options);
  if (backend.device === "gpu") return backend;
  const withoutKernels = await setUpKernels(backend.path, options);
  return { ...backend, ...(withoutKernels && { withoutKernels }) };
}

async function setUpBinding(options: SetUpOptions): Promise<NativeBackend> {
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
        compileBinding(temporary, device, library, compiler, options),
      );
      return { ...report, path: join(folder, "tfjs_binding.node"), built: true };
    },
    wait,
    options.signal,
  );
}

/** The existing binding, if it works; notes why it does not. */
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
    const manifest: CompiledManifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
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
async function compileBinding(
  folder: string,
  device: BindingDevice,
  library: TensorFlowLibrary,
  compiler: string,
  { progress, signal }: Running,
): Promise<BindingReport> {
  const output = join(folder, "tfjs_binding.node");
  const root = bindingPackage();
  const files = readdirSync(join(root, "binding"))
    .filter((name) => name.endsWith(".cc"))
    .map((name) => join(root, "binding", name));
  progress.note("Compiling the native binding (some 10 s) ...");
  const loadFrom = loadPath(library, device);
  const sources = { root, files, nodeHeaders: nodeHeaders() };
  await compile(compiler, "the binding", { sources, library, loadFrom, output }, signal);
  const report = await tryBinding(output, device);
  const manifest: CompiledManifest = { sha256: hashFile(output), library: loadFrom, compiler };
  writeFileAtomic(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return report;
}

/** The cache's own library is found relative to the binding, so the cache may be moved as a whole. */
function loadPath(library: TensorFlowLibrary, device: BindingDevice): string {
  const cached = libraryFolder(device);
  return library.folder.startsWith(cached) ? relative(bindingFolder(device), library.folder) : library.folder;
}

/**
 * Runs a long job, such as the set-up, that Ctrl-C or SIGTERM ends cleanly: they abort the signal given to it, and it
 * removes unfinished files. The process's exit code is then that of the interruption.
 */
export async function interruptible<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (name: NodeJS.Signals) => {
    process.exitCode = 128 + constants.signals[name];
    controller.abort(new UserError("interrupted; no partial files were left"));
  };
  process.on("SIGINT", abort).on("SIGTERM", abort);
  try {
    return await job(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off("SIGINT", abort).off("SIGTERM", abort);
  }
}
