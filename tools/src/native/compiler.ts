/** The C++ compiler and how it is called on the binding's sources. */

import { UserError } from "@ft/artifacts";
import { execa } from "execa";
import type { TensorFlowLibrary } from "./library.ts";

/** Where the binding's sources and Node's headers are. */
export interface BindingSources {
  /** The folder that the sources' own includes start from. */
  root: string;
  /** The .cc files. */
  files: readonly string[];
  /** The folder that holds node_api.h. */
  nodeHeaders: string;
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

/**
 * The arguments that compile the binding, against the stable Node API (version 8: the same file serves Node 20 and
 * every later one).
 *
 * @param library what is linked
 * @param loadFrom where the dynamic linker finds the library: an absolute path, or one relative to the binding's folder
 * @param output the file to write
 */
export function compileArguments(
  sources: BindingSources,
  library: TensorFlowLibrary,
  loadFrom: string,
  output: string,
  platform: NodeJS.Platform = process.platform,
): string[] {
  const darwin = platform === "darwin";
  const beside = darwin ? "@loader_path" : "$ORIGIN";
  return [
    ...["-O2", "-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    ...(darwin ? ["-undefined", "dynamic_lookup"] : []),
    ...["-I", sources.root, "-I", sources.nodeHeaders, "-I", library.include],
    ...sources.files,
    ...library.files.map((file) => `${library.folder}/${file}`),
    `-Wl,-rpath,${loadFrom.startsWith("/") ? loadFrom : `${beside}/${loadFrom}`}`,
    ...["-o", output],
  ];
}
