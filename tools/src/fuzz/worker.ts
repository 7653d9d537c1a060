/**
 * Reads inputs of a target in a process that may hang or die: arguments are the target, the first input, the end, an
 * empty folder to work in. Each line on standard output is `[number]` before an input is read, or a failure.
 */
import { copyFileSync, mkdtempSync, writeSync } from "node:fs";
import { join } from "node:path";
import { runInputs } from "./run-inputs.ts";
import { findTarget } from "./targets/index.ts";

const [name, from, to, folder] = process.argv.slice(2);
const target = findTarget(name!);
const samples = await target.samples(mkdtempSync(join(folder!, "samples-")));
/** Written at once, so that the line is there when the process is not. */
const say = (value: unknown) => writeSync(1, `${JSON.stringify(value)}\n`);
await runInputs(
  target,
  samples,
  [Number(from), Number(to)],
  (number) => say([number]),
  (failure, { file }) => {
    copyFileSync(file, join(folder!, `${failure.number}`));
    say(failure);
  },
);
