/** One folder for all temporary files of a run of the tests, removed at its end with what killed processes left. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Vitest's global setup; its result is the teardown. */
export default function setup() {
  const folder = mkdtempSync(join(tmpdir(), "ft-tests-"));
  // Node reads TMPDIR, on Windows TEMP and TMP.
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
