import { barProgress } from "./bar-progress.ts";
import { lineProgress } from "./line-progress.ts";
import type { Progress } from "./progress.ts";

/** Where progress is shown. */
export interface ProgressOptions {
  /** @default standard error, which leaves standard output for results */
  stream?: NodeJS.WriteStream;
  /** Whether nothing is shown. @default whether FT_QUIET is 1 */
  quiet?: boolean;
}

/** Progress as a bar on a terminal, else as plain lines, at most one every five seconds. */
export function createProgress({
  stream = process.stderr,
  quiet = process.env.FT_QUIET === "1",
}: ProgressOptions = {}): Progress {
  if (quiet) return silentProgress;
  return stream.isTTY ? barProgress(stream) : lineProgress((line) => stream.write(`${line}\n`));
}

/** Progress that shows nothing. */
export const silentProgress: Progress = { start() {}, advance() {}, note() {}, stop() {} };
