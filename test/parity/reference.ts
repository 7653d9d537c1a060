/** Reference data that lives beside a checkout, not in it: tests that use it say so when they skip. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder or file `../shared/reference/<name>`, or undefined where it is not there. */
export function reference(name: string): string | undefined {
  const path = join(import.meta.dirname, "../../../shared/reference", name);
  return existsSync(path) ? path : undefined;
}

/** A suite's title, with the reason where it skips. */
export function titled(title: string, name: string): string {
  return reference(name) ? title : `${title} (skipped: ../shared/reference/${name} is not there)`;
}
