import { createRequire } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { runProgram } from "@ft/artifacts";
import { nxFilter } from "./nx-filter.ts";

const NX_ENVIRONMENT = {
  NX_TUI: "false",
  NX_NATIVE_COMMAND_RUNNER: "false",
  // Saves a second or two, and removes the limit on waiting for another call of Nx.
  NX_ISOLATE_PLUGINS: "false",
};

/**
 * Runs Nx and waits; Ctrl-C reaches it through the terminal. Its full-screen view would hide the stages' progress, so
 * output is streamed line by line instead.
 *
 * @param environment on top of this process's own
 * @param show called with every line of output that is not a repetition. @default prints it
 * @returns its exit code
 */
export async function runNx(
  root: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  show: (line: string) => void = console.log,
): Promise<number> {
  const nx = createRequire(join(root, "package.json")).resolve("nx");
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const isNew = nxFilter();
  const { code, signal } = await runProgram(process.execPath, [nx, ...args, "--outputStyle=stream"], {
    cwd: root,
    env: { ...process.env, ...colours, ...NX_ENVIRONMENT, ...environment },
    terminal: true,
    onLine: (line) => isNew(line) && show(line),
  });
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
