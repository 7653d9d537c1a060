// @ts-check
/** Runs other programs with this terminal. */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a program in the repository's root with this process's input and output, and waits for it. Ctrl-C reaches it
 * through the terminal and a SIGTERM is passed on; this process then lives until the program has ended.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] variables set on top of this process's
 * @returns {Promise<number>} its exit code; 128 and the signal's number if a signal ended it
 */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
    const wait = () => {};
    const passOn = () => child.kill("SIGTERM");
    process.on("SIGINT", wait).on("SIGTERM", passOn);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", passOn);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Runs a script of this repository or of an installed package with this Node.
 *
 * @param {string} script path from the repository's root
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function runNode(script, args, env) {
  return run(process.execPath, [script, ...args], env);
}

/**
 * Runs npm: the one that started this process, or else the one on the path.
 *
 * @param {readonly string[]} args
 */
export function runNpm(args) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) return run(process.execPath, [npm, ...args]);
  return process.platform === "win32" ? run("cmd.exe", ["/c", "npm", ...args]) : run("npm", args);
}
