/** The C++ compiler and how it is called on the binding's sources. */

import { createRequire } from "node:module";
import { UserError } from "@ft/artifacts";
import { execa } from "execa";
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
  /** What is linked. */
  library: TensorFlowLibrary;
  /** Where the dynamic linker finds the library: an absolute path, or one relative to the module's folder. */
  loadFrom: string;
  /** The file to write. */
  output: string;
  /** How it is optimised. @default -O2 */
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

/** The arguments that compile a module against the stable Node API (version 8: the same file serves Node 20 and later). */
export function compileArguments(
  { sources, library, loadFrom, output, flags = ["-O2"] }: Compilation,
  platform: NodeJS.Platform = process.platform,
): string[] {
  const darwin = platform === "darwin";
  const beside = darwin ? "@loader_path" : "$ORIGIN";
  return [
    ...flags,
    ...["-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    ...(darwin ? ["-undefined", "dynamic_lookup"] : []),
    ...["-I", sources.root, "-I", sources.nodeHeaders, "-I", library.include],
    ...sources.files,
    ...library.files.map((file) => `${library.folder}/${file}`),
    `-Wl,-rpath,${loadFrom.startsWith("/") ? loadFrom : `${beside}/${loadFrom}`}`,
    ...["-o", output],
  ];
}

/**
 * Compiles a module.
 *
 * @throws UserError with the compiler's first error; the signal's reason, if it is aborted
 */
export async function compile(
  compiler: string,
  what: string,
  compilation: Compilation,
  signal?: AbortSignal,
): Promise<void> {
  const { failed, stderr } = await execa(compiler, compileArguments(compilation), {
    reject: false,
    stdin: "ignore",
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (!failed) return;
  const error = stderr.split("\n").find((line) => /error/i.test(line)) ?? stderr.trim();
  throw new UserError(`${compiler} could not compile ${what}: ${error}`);
}

export function nodeHeaders(): string {
  const require = createRequire(import.meta.url);
  return (require("node-api-headers") as { include_dir: string }).include_dir;
}
