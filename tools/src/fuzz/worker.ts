/**
 * Reads damaged inputs in a process that may hang or die. Arguments: the targets' names joined by commas, the first
 * step, the end, an empty folder to work in. Each line on standard output is `[step, file]` before an input is read, or
 * a failure, whose input is then in the folder under target and number.
 */
import { copyFileSync, mkdirSync, mkdtempSync, writeSync } from "node:fs";
import { join } from "node:path";
import { runInputs } from "./run-inputs.ts";
import type { Sample } from "./target.ts";
import { findTarget } from "./targets/index.ts";

const [names, from, to, folder] = process.argv.slice(2);
const targets = names!.split(",").map(findTarget);
const samples: Sample[][] = [];
for (const target of targets)
  samples.push(await target.samples(mkdtempSync(join(folder!, `${target.name}-samples-`))));
/** Written synchronously, so the line survives the process. */
const say = (value: unknown) => writeSync(1, `${JSON.stringify(value)}\n`);
await runInputs(
  targets,
  samples,
  [Number(from), Number(to)],
  (...input) => say(input),
  (failure, file) => {
    mkdirSync(join(folder!, failure.target), { recursive: true });
    copyFileSync(file, join(folder!, failure.target, `${failure.number}`));
    say(failure);
  },
);
