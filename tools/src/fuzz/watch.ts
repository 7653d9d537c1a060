/**
 * Runs damaged inputs in a process that is watched. One that dies is started again; one that hangs is killed, and what
 * it read gets a second chance with more time, so a busy machine is not mistaken for a reader that hangs.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type Failure, inputAt, LONGEST } from "./run-inputs.ts";

/** The longest time for a process to start, in ms. */
const LONGEST_START = 60_000;
/** The longest that an input may take at first and with its second chance, in ms; its computing time has a separate limit. */
const CHANCES = [LONGEST, 10 * LONGEST] as const;
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
 * @param worker the script for Node, with the arguments of worker.ts. @default worker.ts
 * @param chances the time an input has at first, and the second time, in ms
 */
export async function watchInputs(
  targets: readonly string[],
  [from, to]: readonly [number, number],
  watch: Watch,
  worker: readonly string[] = WORKER,
  chances: readonly [first: number, second: number] = CHANCES,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "ft-fuzz-"));
  try {
    let late = -1;
    for (let next = from; next < to; ) {
      const args = [...worker, targets.join(), `${next}`, `${to}`, folder];
      const limit = (step: number) => chances[step === late ? 1 : 0];
      const { step, file, death, hung } = await watchProcess(args, folder, watch, limit);
      next = death === undefined ? to : step + 1;
      if (hung && late !== step) {
        late = step;
        next = step;
      } else {
        const reason = hung ? `no answer within ${limit(step) / 1_000} s` : death;
        if (reason) watch.failed({ ...inputAt(targets, step), reason: `the process: ${reason}` }, file);
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

/**
 * Runs inputs until the process ends.
 * @param limit how long the input of a step may take, in ms
 */
async function watchProcess(
  args: readonly string[],
  folder: string,
  watch: Watch,
  limit: (step: number) => number,
): Promise<End> {
  const child = execa(process.execPath, args, { stdin: "ignore", reject: false, buffer: { stdout: false } });
  let current: [step: number, file: string] | undefined;
  let hung = false;
  const expire = () => {
    hung = true;
    child.kill("SIGKILL");
  };
  let timer = setTimeout(expire, LONGEST_START);
  for await (const line of child) {
    const said = JSON.parse(line) as typeof current | Failure;
    if (Array.isArray(said)) {
      clearTimeout(timer);
      timer = setTimeout(expire, limit(said[0]));
      if (current) watch.advance();
      current = said;
    } else if (said) watch.failed(said, join(folder, said.target, `${said.number}`));
  }
  const { failed, signal, exitCode, stderr } = await child;
  clearTimeout(timer);
  const complaints = stderr.slice(-COMPLAINTS);
  if (!current) throw new Error(`the worker did not start:\n${complaints}`);
  const [step, file] = current;
  const error = /heap out of memory|bad_alloc|^\w*Error: .*/m.exec(complaints)?.[0];
  const death = failed ? (error ?? `ended by ${signal ?? `exit code ${exitCode}`}`) : undefined;
  return { step, file, death, hung };
}
