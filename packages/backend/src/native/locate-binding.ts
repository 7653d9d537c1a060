/** Locates the compiled binding, for the loader and the set-up tool. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheFolder, UserError } from "@ft/artifacts";

/** The TensorFlow that `ft setup-native` compiles against. */
export const TENSORFLOW_VERSION = "2.21.0";

const PACKAGE = "@tensorflow/tfjs-node-gpu";
const require = createRequire(import.meta.url);

/** What a binding was compiled for: "gpu" also runs on a machine without one. */
export type BindingDevice = "cpu" | "gpu";

/** The contents of manifest.json next to a binding in the cache. The set-up tool may record more. */
export interface BindingManifest {
  /** Of tfjs_binding.node, in hexadecimal. */
  sha256: string;
}

/** A binding that may be loaded. */
export interface LocatedBinding {
  /** Absolute path of the .node file. */
  path: string;
  source: "FT_BINDING" | "cache" | "package";
}

/** The folder of the package whose binding is compiled. */
export function bindingPackage(): string {
  return dirname(require.resolve(`${PACKAGE}/package.json`));
}

/** A key of everything that a compiled binding depends on, such as "tfjs-4.22.0_tensorflow-2.21.0_node-115_linux-x64_cpu". */
export function bindingKey(device: BindingDevice): string {
  const { version } = require(`${PACKAGE}/package.json`) as { version: string };
  return [
    `tfjs-${version}`,
    `tensorflow-${TENSORFLOW_VERSION}`,
    `node-${process.versions.modules}`,
    `${process.platform}-${process.arch}`,
    device,
  ].join("_");
}

/** The cache's folder for a binding; it need not exist. */
export function bindingFolder(device: BindingDevice): string {
  return join(cacheFolder(), "native", bindingKey(device));
}

/**
 * Finds a binding: the environment's FT_BINDING, else one in the cache (for a GPU before for a CPU) whose hash
 * matches its manifest, else the one that came with the package.
 * @param devices which of the cache's bindings to consider, best first
 * @returns the binding, or undefined with a line for every place searched
 * @throws UserError if FT_BINDING names no file
 */
export function locateBinding(devices: readonly BindingDevice[] = ["gpu", "cpu"]): {
  found: LocatedBinding | undefined;
  looked: string[];
} {
  const looked: string[] = [];
  const { FT_BINDING } = process.env;
  if (FT_BINDING) {
    if (existsSync(FT_BINDING)) return { found: { path: FT_BINDING, source: "FT_BINDING" }, looked };
    throw new UserError("FT_BINDING names a file that does not exist", {
      value: FT_BINDING,
      remedy: "Give the path of a tfjs_binding.node, or unset FT_BINDING.",
    });
  }
  for (const device of devices) {
    const folder = bindingFolder(device);
    const problem = verifyCached(folder);
    if (problem === undefined)
      return { found: { path: join(folder, "tfjs_binding.node"), source: "cache" }, looked };
    looked.push(`${folder}: ${problem}`);
  }
  const lib = join(bindingPackage(), "lib");
  const builds = existsSync(lib) ? readdirSync(lib).filter((name) => name.startsWith("napi-v")) : [];
  for (const build of builds.sort().reverse()) {
    const path = join(lib, build, "tfjs_binding.node");
    if (existsSync(path)) return { found: { path, source: "package" }, looked };
  }
  looked.push(`${lib}: no prebuilt binding`);
  return { found: undefined, looked };
}

/** What is wrong with a folder of the cache, or undefined. */
function verifyCached(folder: string): string | undefined {
  const binding = join(folder, "tfjs_binding.node");
  if (!existsSync(binding)) return "no binding";
  let expected: unknown;
  try {
    expected = (JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as BindingManifest).sha256;
  } catch {
    return "its manifest.json is missing or not JSON";
  }
  const actual = createHash("sha256").update(readFileSync(binding)).digest("hex");
  return actual === expected ? undefined : "its hash is not the one in manifest.json";
}
