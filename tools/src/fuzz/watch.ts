/**
 * Runs damaged inputs in a process that is watched. One that dies is started again; one that hangs is killed, and what
 * it read gets a second chance, so that a busy machine is not taken for a reader that hangs.
 */
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
    let late = -1;
    for (let next = from; next < to; ) {
      const args = [...worker, targets.join(), `${next}`, `${to}`, folder];
      const { step, file, death, hung } = await watchProcess(args, folder, watch);
      next = death === undefined ? to : step + 1;
      if (hung && late !== step) {
        late = step;
        next = step;
      } else {
        if (death) watch.failed({ ...inputAt(targets, step), reason: `the process: ${death}` }, file);
        watch.advance();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a process ended, with the last input that it read. */
interface End {
  step: number;
  file: string;
  /** Undefined if it read all of its inputs. */
  death: string | undefined;
  hung: boolean;
}

/** Runs inputs until the process ends. */
async function watchProcess(args: readonly string[], folder: string, watch: Watch): Promise<End> {
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
  const [step, file] = current;
  const error = /heap out of memory|bad_alloc|^\w*Error: .*/m.exec(complaints)?.[0];
  const how = hung ? `no answer within ${LONGEST / 1_000} s` : (error ?? `ended by ${death}`);
  return { step, file, death: death && how, hung };
}
