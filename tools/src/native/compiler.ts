/** The C++ compiler and its command lines. */

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "@ft/artifacts";
import { execa } from "execa";
import pMap from "p-map";
import type { TensorFlowLibrary } from "./library.ts";

/** C++ sources that become a module of Node, linked with TensorFlow. */
export interface Sources {
  /** The folder that the sources' own includes start from. */
  root: string;
  /** The .cc files. */
  files: readonly string[];
  /** The folder that holds node_api.h. */
  nodeHeaders: string;
}

export interface Compilation {
  sources: Sources;
  /** The libraries to link. */
  library: TensorFlowLibrary;
  /** Where the dynamic linker finds the library: an absolute path, or one relative to the module's folder. */
  loadFrom: string;
  /** The output file. */
  output: string;
  /** Optimisation options. @default -O2 */
  flags?: readonly string[];
}

/**
 * The first C++ compiler that runs: $CXX, g++, c++ or clang++.
 *
 * @throws UserError if there is none
 */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  for (const name of [env.CXX, "g++", "c++", "clang++"]) {
    if (!name) continue;
    const { failed } = await execa(name, ["--version"], {
      reject: false,
      env,
      extendEnv: false,
      stdio: "ignore",
    });
    if (!failed) return name;
  }
  throw new UserError("no C++ compiler was found", {
    remedy:
      process.platform === "darwin"
        ? "install one with `xcode-select --install`"
        : "install g++, on Debian and Ubuntu with `apt install g++`",
  });
}

/** The arguments that compile a source against the stable Node API (version 8: the same file serves Node 20 and later). */
function compileArguments(
  { sources, library, flags = ["-O2"] }: Compilation,
  file: string,
  object: string,
): string[] {
  return [
    ...flags,
    ...["-std=c++17", "-fPIC", "-DNAPI_VERSION=8"],
    ...["-I", sources.root, "-I", sources.nodeHeaders, "-I", library.include],
    ...["-c", file, "-o", object],
  ];
}

/** The arguments that link compiled sources to a module. */
export function linkArguments(
  { library, loadFrom, output, flags = [] }: Compilation,
  objects: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string[] {
  const darwin = platform === "darwin";
  const beside = darwin ? "@loader_path" : "$ORIGIN";
  return [
    ...flags,
    "-shared",
    ...(darwin ? ["-undefined", "dynamic_lookup"] : []),
    ...objects,
    ...library.files.map((file) => `${library.folder}/${file}`),
    `-Wl,-rpath,${loadFrom.startsWith("/") ? loadFrom : `${beside}/${loadFrom}`}`,
    ...["-o", output],
  ];
}

/**
 * Compiles a module, as many sources at a time as there are cores.
 *
 * @throws UserError with the compiler's first error; the signal's reason, if it is aborted
 */
export async function compile(
  compiler: string,
  what: string,
  compilation: Compilation,
  signal?: AbortSignal,
): Promise<void> {
  const run = async (args: readonly string[]) => {
    if (signal?.aborted) return undefined;
    const { failed, stderr } = await execa(compiler, args, {
      reject: false,
      stdin: "ignore",
      ...(signal && { cancelSignal: signal }),
    });
    return failed ? stderr : undefined;
  };
  const { output, sources } = compilation;
  const folder = mkdtempSync(`${output}-`);
  try {
    const objects = sources.files.map((file) => join(folder, `${basename(file)}.o`));
    // All are waited for, even after a failure or interruption: no compiler may write to a removed folder.
    const failures = await pMap(
      sources.files,
      (file, i) => run(compileArguments(compilation, file, objects[i]!)),
      { concurrency: availableParallelism() },
    );
    signal?.throwIfAborted();
    const failure =
      failures.find((one) => one !== undefined) ?? (await run(linkArguments(compilation, objects)));
    signal?.throwIfAborted();
    if (failure === undefined) return;
    const error = failure.split("\n").find((line) => /error/i.test(line)) ?? failure.trim();
    throw new UserError(`${compiler} could not compile ${what}: ${error}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function nodeHeaders(): string {
  const require = createRequire(import.meta.url);
  return (require("node-api-headers") as { include_dir: string }).include_dir;
}
