// @ts-check
/** Compiles the WebAssembly kernels of @ft/backend from AssemblyScript. Usage: node tools/bootstrap/compile-kernels.mjs */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNode } from "./run.mjs";

const SOURCES = "packages/backend/src/wasm/kernels";
const FOLDER = join(root, "packages/backend/dist/wasm");
const FLAGS = [
  ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
  ...["--importMemory", "--initialMemory", "1", "--enable", "simd"],
  ...["--disableWarning", "112"], // v128 across modules, which are linked into one
];
/** Engines without relaxed SIMD, whose products and sums are fused, get the second module. */
const MODULES = { "kernels-fused.wasm": ["--enable", "relaxed-simd"], "kernels.wasm": [] };

/**
 * Compiles what changed since the last time: about 3 s, or 10 ms if nothing did.
 *
 * @returns {Promise<boolean>} whether everything is compiled; problems are printed
 */
export async function compileKernels() {
  const record = join(FOLDER, "kernels.sha256");
  const wanted = hashInputs();
  const compiled = Object.keys(MODULES).every((name) => existsSync(join(FOLDER, name)));
  if (compiled && existsSync(record) && readFileSync(record, "utf8") === wanted) return true;
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, flags] of Object.entries(MODULES)) {
    const files = [`${SOURCES}/index.ts`, "--outFile", join(FOLDER, name)];
    if ((await runNode("node_modules/assemblyscript/bin/asc.js", [...files, ...FLAGS, ...flags])) !== 0)
      return false;
  }
  writeFileSync(record, wanted);
  return true;
}

/** Hash of everything that the modules depend on: sources, compiler and its options. */
function hashInputs() {
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, MODULES]));
  hash.update(readFileSync(join(root, "node_modules/assemblyscript/package.json")));
  for (const name of readdirSync(join(root, SOURCES)).sort())
    hash.update(name).update(readFileSync(join(root, SOURCES, name)));
  return hash.digest("hex");
}

if (process.argv[1] === import.meta.filename && !(await compileKernels())) process.exitCode = 1;
