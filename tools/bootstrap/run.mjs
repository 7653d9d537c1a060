// @ts-check
/** Runs other programs for a person at a terminal. Needs no installed package. */

import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { runProgram } from "../../packages/bytes/src/run-program.js";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a script of this repository or of an installed package with this Node, in the repository's root.
 *
 * @param {string} script path from the root
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] variables set on top of this process's
 * @returns {Promise<number>} its exit code; 128 and the signal's number if a signal ended it
 */
export function runNode(script, args, env) {
  return run(process.execPath, [script, ...args], env);
}

/**
 * Runs npm: the one that started this process, otherwise the one on the path.
 *
 * @param {readonly string[]} args
 */
export function runNpm(args) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) return run(process.execPath, [npm, ...args]);
  return process.platform === "win32" ? run("cmd.exe", ["/c", "npm", ...args]) : run("npm", args);
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function run(program, args, env) {
  const options = { cwd: root, env: { ...process.env, ...env }, terminal: true };
  const { code, signal } = await runProgram(program, args, options);
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
