/** Runs inputs of a target one after the other in this process. */
import { UserError } from "@ft/artifacts";
import { type Sample, type Target, writeInput } from "./target.ts";

/** An input whose reader failed otherwise than by a UserError. */
export interface Failure {
  number: number;
  /** What failed and where, the same for inputs that fail alike. */
  reason: string;
}

/** What an error of a person's file may take on the terminal. */
const LINES = 20;
const BYTES = 4_096;

/**
 * Reads inputs `from` to `to - 1`.
 * @param before called with each input's number before it is read
 * @param failed called with each failure and the sample whose file holds the input
 */
export async function runInputs(
  target: Target,
  samples: readonly Sample[],
  [from, to]: readonly [number, number],
  before: (number: number) => void,
  failed: (failure: Failure, sample: Sample) => void,
): Promise<void> {
  for (let number = from; number < to; number++) {
    before(number);
    const sample = writeInput(target, samples, number);
    const reason = await fault(sample);
    if (reason) failed({ number, reason }, sample);
  }
}

/** What is wrong with how a sample's reader answers, if anything. */
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

/** With numbers and quoted texts left out, so that inputs which fail alike read alike. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/"[^"]*"|\d+/g, "_").slice(0, 160);
}
