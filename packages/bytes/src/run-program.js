/** Runs programs that receive this process's signals. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * @typedef {object} ProgramOptions
 * @property {string} [cwd] the program's folder; without it this process's
 * @property {NodeJS.ProcessEnv} [env] the program's environment; without it this process's
 * @property {boolean} [shell] the program is a command for a shell; signals go to all that it starts
 * @property {boolean} [terminal] Ctrl-C reaches the program through the terminal, so it is not passed on again
 * @property {(line: string) => void} [onLine] gets standard output line by line; without it, it goes to this process's
 */

/**
 * Runs a program with this process's input and output and waits for it. A signal that would end this process is passed on
 * instead, so whoever waits here learns how the program ended.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {ProgramOptions} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} the exit code, or the signal that ended it
 */
export function runProgram(program, args, { cwd, env, shell = false, terminal = false, onLine } = {}) {
  // In its own process group, everything a shell has started can be ended with it.
  const group = shell && process.platform !== "win32";
  const child = spawn(program, args, {
    cwd,
    env,
    shell,
    detached: group,
    stdio: ["inherit", onLine ? "pipe" : "inherit", "inherit"],
  });
  if (child.stdout && onLine) createInterface({ input: child.stdout }).on("line", onLine);
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal === "SIGINT" && terminal) return;
    if (group && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      for (const signal of SIGNALS) process.off(signal, forward);
      resolve({ code, signal });
    });
  });
}
