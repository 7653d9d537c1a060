/** Reference data next to a checkout, not in it: tests that use it say so when they skip. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The folder or file `../shared/reference/<name>`, or undefined if it is missing. */
export function reference(name: string): string | undefined {
  const path = join(import.meta.dirname, "../../../shared/reference", name);
  return existsSync(path) ? path : undefined;
}

/** A suite's title, with the reason if it is skipped. */
export function titled(title: string, name: string): string {
  return reference(name) ? title : `${title} (skipped: ../shared/reference/${name} is not there)`;
}
