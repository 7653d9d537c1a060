import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalJson, hashFile, hashOf } from "@ft/bytes";

/** The folder of all packages but the tools, from this file's place in `src` or `dist`. */
const PACKAGES = fileURLToPath(new URL("../../../", import.meta.url));
/** The scope of this workspace's packages. */
const SCOPE = "@ft/";

const hashes = new Map<string, string>();

/**
 * The SHA-256 of the code that decides what a package computes: the compiled sources of the package and of the workspace
 * packages it depends on, which have neither comments nor types, their kernels' sources, and the versions of the libraries
 * they name. Computed once per process.
 *
 * @param name of a folder in `packages/`, or `tools`
 */
export function codeHash(name: string): string {
  const known = hashes.get(name) ?? hashOf(canonicalJson(withDependencies(name).map(describePackage)));
  hashes.set(name, known);
  return known;
}

/** A package and all it depends on in this workspace, sorted by name. */
function withDependencies(name: string): string[] {
  const found = new Set([name]);
  for (const one of found) {
    for (const other of Object.keys(dependenciesOf(one)))
      if (other.startsWith(SCOPE)) found.add(other.slice(SCOPE.length));
  }
  return [...found].sort();
}

function dependenciesOf(name: string): Record<string, string> {
  return JSON.parse(readFileSync(join(folderOf(name), "package.json"), "utf8")).dependencies ?? {};
}

function folderOf(name: string): string {
  return name === "tools" ? join(PACKAGES, "..", name) : join(PACKAGES, name);
}

/** The files of a package that decide its results: each one's hash, by its path. */
function describePackage(name: string) {
  const folder = folderOf(name);
  const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).map((path) =>
    path.replaceAll("\\", "/"),
  );
  const files = sources
    .filter(isCode)
    .sort()
    .map((path) => [path, hashFile(compiled(folder, path))]);
  return { name, dependencies: dependenciesOf(name), files: Object.fromEntries(files) };
}

function isCode(path: string): boolean {
  if (/(^|\/)testing\//.test(path)) return false;
  return (
    /(^|\/)kernels\/.*\.(ts|cc|h)$/.test(path) || (/\.(js|tsx?)$/.test(path) && !/\.(test|d)\.ts$/.test(path))
  );
}

/** The compiled form of a source, or the source itself if it has none (a kernel, or anything before a build). */
function compiled(folder: string, path: string): string {
  const file = join(folder, "dist", path.replace(/\.tsx?$/, ".js"));
  return existsSync(file) ? file : join(folder, "src", path);
}
