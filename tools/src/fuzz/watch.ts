/** Runs a target's inputs in a process that is watched: one that hangs is killed, one that dies is started again. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Failure } from "./run-inputs.ts";

/** The longest an input may take, and a process to begin. In ms. */
const LONGEST = 5_000;
const LONGEST_START = 60_000;
/** Memory that a reader of a small file may take, in MiB. */
const HEAP = 512;

export interface Watch {
  /** Called with each failure and the file that holds its input. */
  failed(failure: Failure, input: string): void;
  /** Called after each input. */
  advance(): void;
}

/** Runs inputs `from` to `to - 1` of a target. */
export async function watchInputs(name: string, from: number, to: number, watch: Watch): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ft-fuzz-"));
  try {
    for (let next = from; next < to; ) next = await watchProcess(name, next, to, folder, watch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs inputs until the process ends. @returns the input to go on with */
function watchProcess(name: string, from: number, to: number, folder: string, watch: Watch): Promise<number> {
  const worker = fileURLToPath(new URL("../../dist/fuzz/worker.js", import.meta.url));
  const args = [`--max-old-space-size=${HEAP}`, worker, name, `${from}`, `${to}`, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let current: number | undefined;
  let hung = false;
  let complaints = "";
  const expire = () => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(expire, LONGEST_START);
  child.stderr.on("data", (text) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(expire, LONGEST);
    const said = JSON.parse(line) as [number] | Failure;
    if (!Array.isArray(said)) return watch.failed(said, join(folder, `${said.number}`));
    if (current !== undefined) watch.advance();
    [current] = said;
  });
  return new Promise((done, broken) => {
    child.on("error", broken);
    let code: number | null;
    let signal: NodeJS.Signals | null;
    child.on("exit", (...ended) => {
      [code, signal] = ended;
    });
    Promise.all([
      new Promise((end) => lines.on("close", end)),
      new Promise((end) => child.on("close", end)),
    ]).then(() => {
      clearTimeout(timer);
      if (code === 0) {
        if (current !== undefined) watch.advance();
        return done(to);
      }
      if (current === undefined) return broken(new Error(`${name} did not start:\n${complaints}`));
      const last = complaints.match(/heap out of memory|bad_alloc|^\w*Error: .*/m)?.[0];
      const how = hung
        ? `no answer within ${LONGEST / 1_000} s`
        : (last ?? `ended by ${signal ?? `exit code ${code}`}`);
      watch.failed({ number: current, reason: `the process: ${how}` }, "");
      watch.advance();
      done(current + 1);
    });
  });
}
