import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "finetune-circuits-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty folder for all the tests of a file; it is removed with the other temporary files of the run. */
export function keptFolder(): string {
  return mkdtempSync(join(tmpdir(), "finetune-circuits-"));
}
