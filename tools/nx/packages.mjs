// @ts-check
/** The workspace's own packages, and what each depends on. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJson } from "@ft/bytes";

/** @import { Package } from "./types.d.ts" */

/**
 * @param {string} workspaceRoot
 * @param {readonly string[]} files package.json files relative to the workspace root
 * @returns {Map<string, Package>} by name, without packages that TypeScript does not build
 */
export function readPackages(workspaceRoot, files) {
  const packages = new Map();
  for (const file of files) {
    const root = dirname(file);
    if (!existsSync(join(workspaceRoot, root, "tsconfig.json"))) continue;
    const { name, dependencies = {} } = /** @type {any} */ (readJson(join(workspaceRoot, file)));
    packages.set(name, { name, root, dependencies });
  }
  return packages;
}

/**
 * @param {Map<string, Package>} packages
 * @param {string[]} names packages to start from
 * @returns {Package[]} these and every workspace package they depend on, directly or not, sorted by name
 */
export function withDependencies(packages, names) {
  const found = new Map();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const next = packages.get(name);
    if (next === undefined || found.has(name)) continue;
    found.set(name, next);
    open.push(...Object.keys(next.dependencies));
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {Map<string, Package>} packages all of the workspace
 * @param {Package[]} chosen
 * @returns {string[]} the libraries from outside the workspace that the chosen packages name, sorted
 */
export function libraries(packages, chosen) {
  const names = chosen.flatMap((package_) => Object.keys(package_.dependencies));
  return [...new Set(names)].filter((name) => !packages.has(name)).sort();
}
