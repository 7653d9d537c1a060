import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that goes when the test that asked for it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "finetune-circuits-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty folder for all the tests of a file; ask for it in `beforeAll`. */
export function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "finetune-circuits-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
