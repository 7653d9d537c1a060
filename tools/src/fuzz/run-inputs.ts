/** Runs inputs of a target one after the other in this process. */
import { UserError } from "@ft/artifacts";
import { type Sample, type Target, writeInput } from "./target.ts";

/** An input by its target and number. */
export interface Input {
  target: string;
  number: number;
}

/** An input whose reader failed with anything except a UserError. */
export interface Failure extends Input {
  /** The error and its place, the same for inputs that fail in the same way. */
  reason: string;
}

/** The input of a step: targets take turns, so that step n of one target alone is its input n. */
export function inputAt(targets: readonly string[], step: number): Input {
  const { length } = targets;
  return { target: targets[step % length]!, number: Math.trunc(step / length) };
}

/** The longest that this process may work on an input, in ms. */
export const LONGEST = 5_000;
/** The largest size of an error message on the terminal. */
const LINES = 20;
const BYTES = 4_096;

/**
 * Reads the inputs of steps `from` to `to - 1`.
 * @param samples of each target, in their order
 * @param before called before each input is read, with the file that holds it
 * @param failed called with each failure and that file
 */
export async function runInputs(
  targets: readonly Target[],
  samples: readonly (readonly Sample[])[],
  [from, to]: readonly [number, number],
  before: (step: number, file: string) => void,
  failed: (failure: Failure, file: string) => void,
): Promise<void> {
  const names = targets.map(({ name }) => name);
  for (let step = from; step < to; step++) {
    const input = inputAt(names, step);
    const turn = step % targets.length;
    const sample = writeInput(targets[turn]!, samples[turn]!, input.number);
    before(step, sample.file);
    const start = process.cpuUsage();
    const answer = await fault(sample);
    const { user, system } = process.cpuUsage(start);
    const tooLong = (user + system) / 1_000 > LONGEST;
    const reason = answer ?? (tooLong ? `more than ${LONGEST / 1_000} s of work` : undefined);
    if (reason) failed({ ...input, reason }, sample.file);
  }
}

/** The problem of a reader's response to a sample, if any. */
async function fault({ read }: Sample): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) return describe(error);
    const { message } = error;
    if (message.split("\n").length > LINES)
      return `a UserError of more than ${LINES} lines: ${firstLine(message)}`;
    if (Buffer.byteLength(message) > BYTES)
      return `a UserError of more than ${BYTES} bytes: ${firstLine(message)}`;
    return undefined;
  }
}

function describe(error: unknown): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const frame = /at (?:.*\()?(?:file:\/\/)?([^\s()]*?(?:packages|tools|node_modules)\/[^\s()]*)/.exec(
    stack ?? "",
  )?.[1];
  const place = frame?.replace(/.*\/(?=(?:packages|tools|node_modules)\/)/, "").replace(/:\d+$/, "");
  return `${name}: ${firstLine(message)}${place ? ` (${place})` : ""}`;
}

/** Without numbers and quoted texts, so equal failures have equal messages. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/"[^"]*"|\d+/g, "_").slice(0, 160);
}
