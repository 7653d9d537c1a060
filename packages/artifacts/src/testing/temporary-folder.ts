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

/** An empty folder for all the tests of a file; call it in `beforeAll`. */
export function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "finetune-circuits-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
