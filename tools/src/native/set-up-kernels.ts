/** Compiles the native kernels against the library that the native binding was linked with. */

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { hashFile, swapFolder, UserError, writeFileAtomic } from "@ft/artifacts";
import {
  type BindingManifest,
  bindingFolder,
  forcedInstructions,
  kernelSources,
  kernelsFolder,
  locateKernels,
} from "@ft/backend";
import { withLock } from "../lock.ts";
import { compile, nodeHeaders } from "./compiler.ts";
import type { Running } from "./download-wheels.ts";
import { findLibrary } from "./library.ts";
import { tryKernels } from "./try-binding.ts";

/** The record next to a compiled binding or compiled kernels. */
export interface CompiledManifest extends BindingManifest {
  /** The folder of the library it was linked with, relative to the binding's if it is the cache's own. */
  library: string;
  compiler: string;
}

/**
 * Compiles the kernels if they are missing: without them the native backend works, but slower.
 *
 * @param binding the native backend's file
 * @returns why there are none, or undefined if there are
 */
export async function setUpKernels(binding: string, running: Running): Promise<string | undefined> {
  const folder = kernelsFolder();
  if (dirname(binding) !== bindingFolder("cpu")) return "the binding was not compiled here";
  if (locateKernels(folder)) return undefined;
  const wait = () => running.progress.note("Waiting for another set-up of the kernels to end ...");
  try {
    await withLock(
      `${folder}.lock`,
      async () => {
        if (locateKernels(folder)) return;
        await swapFolder(folder, (temporary) => compileKernels(temporary, binding, running));
      },
      wait,
      running.signal,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problem;
  }
}

async function compileKernels(folder: string, binding: string, running: Running): Promise<void> {
  const { library, compiler } = JSON.parse(
    readFileSync(join(dirname(binding), "manifest.json"), "utf8"),
  ) as CompiledManifest;
  const { folder: root, files } = kernelSources();
  if (!existsSync(root)) throw new UserError("the kernels' sources are missing", { file: root });
  const output = join(folder, "ft_kernels.node");
  running.progress.note("Compiling kernels (about a minute, once) ...");
  const instructions = forcedInstructions();
  const shared = resolve(dirname(binding), library);
  const compilation = {
    sources: { root, files: files.map((name) => join(root, name)), nodeHeaders: nodeHeaders() },
    library: findLibrary(basename(shared) === "lib" ? dirname(shared) : shared),
    loadFrom: library,
    output,
    flags: [
      ...["-O3", "-fopenmp-simd", "-fno-math-errno", "-fno-trapping-math", "-Wno-psabi", "-pthread"],
      ...(instructions ? [`-DFT_INSTRUCTIONS="arch=${instructions}"`] : []),
    ],
  };
  await compile(compiler, "the kernels", compilation, running.signal);
  await tryKernels(binding, output);
  const manifest: CompiledManifest = { sha256: hashFile(output), library, compiler };
  writeFileAtomic(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
