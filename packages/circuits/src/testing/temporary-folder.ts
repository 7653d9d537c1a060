import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ft-circuits-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** An empty folder for all the tests of a file; ask for it in `beforeAll`. */
export function keptFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ft-circuits-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
