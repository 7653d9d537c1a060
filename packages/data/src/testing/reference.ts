import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file published elsewhere, in `shared/reference` next to a checkout, which not every machine has. */
export interface Reference {
  file: string;
  /** For a test's title: nothing, or why it is skipped. */
  missing: string | undefined;
}

export function reference(name: string): Reference {
  const file = fileURLToPath(new URL(`../../../../../shared/reference/${name}`, import.meta.url));
  return {
    file,
    missing: existsSync(file) ? undefined : `SKIPPED: ../shared/reference/${name} is not there`,
  };
}
