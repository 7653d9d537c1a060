/** Runs a target's inputs in a process that is watched: one that hangs is killed, one that dies is started again. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Failure, inputAt } from "./run-inputs.ts";

/** The longest an input may take, and a process to begin. In ms. */
const LONGEST = 5_000;
const LONGEST_START = 60_000;
/** How much of what a process wrote on standard error is kept, in characters. */
const COMPLAINTS = 2_000;

export interface Watch {
  /** Called with each failure and the file that holds its input. */
  failed(failure: Failure, input: string): void;
  /** Called after each input. */
  advance(): void;
}

/** The compiled worker.ts, with the memory that a reader of a small file may take, in MiB. */
const WORKER = [
  "--max-old-space-size=512",
  fileURLToPath(new URL("../../dist/fuzz/worker.js", import.meta.url)),
] as const;

/**
 * Runs the inputs of steps `from` to `to - 1`; see inputAt.
 * @param worker what Node runs, followed by the arguments of worker.ts. @default that
 */
export async function watchInputs(
  targets: readonly string[],
  [from, to]: readonly [number, number],
  watch: Watch,
  worker: readonly string[] = WORKER,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ft-fuzz-"));
  try {
    for (let next = from; next < to; ) {
      const args = [...worker, targets.join(), `${next}`, `${to}`, folder];
      next = await watchProcess(targets, args, to, folder, watch);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs inputs until the process ends. @returns the next step */
async function watchProcess(
  targets: readonly string[],
  args: readonly string[],
  to: number,
  folder: string,
  watch: Watch,
): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let current: [step: number, file: string] | undefined;
  let hung = false;
  let complaints = "";
  const expire = () => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(expire, LONGEST_START);
  child.stderr.on("data", (text) => {
    complaints = (complaints + text).slice(-COMPLAINTS);
  });
  const ended = new Promise<string | undefined>((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(expire, LONGEST);
    const said = JSON.parse(line) as typeof current | Failure;
    if (Array.isArray(said)) {
      if (current) watch.advance();
      current = said;
    } else if (said) watch.failed(said, join(folder, said.target, `${said.number}`));
  }
  const death = await ended;
  clearTimeout(timer);
  if (!current) throw new Error(`the worker did not start:\n${complaints}`);
  if (death) {
    const last = /heap out of memory|bad_alloc|^\w*Error: .*/m.exec(complaints)?.[0];
    const how = hung ? `no answer within ${LONGEST / 1_000} s` : (last ?? `ended by ${death}`);
    watch.failed({ ...inputAt(targets, current[0]), reason: `the process: ${how}` }, current[1]);
  }
  watch.advance();
  return death ? current[0] + 1 : to;
}
