// @ts-check
/** Compiles the packages and their kernels. */

import { compileKernels } from "./compile-kernels.mjs";
import { runNode } from "./run.mjs";

/**
 * Compiles only what changed: some 0.2 s when nothing did.
 *
 * @returns {Promise<boolean>} whether everything is built now; what is wrong was printed
 */
export async function build() {
  return (await runNode("node_modules/typescript/bin/tsc", ["-b"])) === 0 && (await compileKernels());
}
