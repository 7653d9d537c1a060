/** How long stages took: kept out of their output, which must not depend on it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic-file.ts";

/** Records how many seconds a stage took, replacing the previous time. */
export function recordDuration(root: string, experiment: string, stage: string, seconds: number): void {
  writeFileAtomic(durationFile(root, experiment, stage), `${JSON.stringify({ seconds })}\n`);
}

/** How many seconds a stage took when it last ran in this checkout; undefined if unknown. */
export function recordedDuration(root: string, experiment: string, stage: string): number | undefined {
  const file = durationFile(root, experiment, stage);
  if (!existsSync(file)) return undefined;
  try {
    const { seconds } = JSON.parse(readFileSync(file, "utf8"));
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined; // a file edited by hand gives no estimate
  }
}

function durationFile(root: string, experiment: string, stage: string): string {
  return join(root, ".cache", "durations", experiment, `${stage}.json`);
}
