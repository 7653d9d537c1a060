import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nxFilter } from "./nx-filter.ts";

const NX_ENVIRONMENT = {
  NX_TUI: "false",
  NX_NATIVE_COMMAND_RUNNER: "false",
  // A second or two less, and no limit to how long it waits for another run to end.
  NX_ISOLATE_PLUGINS: "false",
};

/**
 * Runs Nx and waits; Ctrl-C reaches it through the terminal. Its full-screen view would hide the stages' progress, so
 * that streams past line by line instead.
 *
 * @param environment on top of this process's own
 * @returns its exit code
 */
export function runNx(
  root: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<number> {
  const nx = createRequire(join(root, "package.json")).resolve("nx");
  const colours = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: "1" } : {};
  const child = spawn(process.execPath, [nx, ...args, "--outputStyle=stream"], {
    cwd: root,
    stdio: ["inherit", "pipe", "inherit"],
    env: { ...process.env, ...colours, ...NX_ENVIRONMENT, ...environment },
  });
  const isNew = nxFilter();
  createInterface({ input: child.stdout }).on("line", (line) => isNew(line) && console.log(line));
  return new Promise((resolve, reject) => {
    const wait = () => {};
    const passOn = () => child.kill("SIGTERM");
    process.on("SIGINT", wait).on("SIGTERM", passOn);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", passOn);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
