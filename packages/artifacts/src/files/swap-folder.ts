import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sync, syncTree } from "./sync.ts";
import { removeLeftovers, temporaryName } from "./temporary-name.ts";

/**
 * Replaces a folder as a whole: `write` fills a new one next to it, which then takes its place, so that none of
 * the earlier files survives. If `write` fails, the folder stays as it was.
 *
 * @returns what `write` returns
 */
export async function swapFolder<T>(
  folder: string,
  write: (temporary: string) => T | Promise<T>,
): Promise<T> {
  mkdirSync(dirname(folder), { recursive: true });
  removeLeftovers(folder);
  const temporary = temporaryName(folder);
  mkdirSync(temporary);
  try {
    const result = await write(temporary);
    syncTree(temporary);
    replace(folder, temporary);
    return result;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Two renames: for a moment between them there is no folder, but never a mix of old and new files. */
function replace(folder: string, replacement: string): void {
  const former = existsSync(folder) ? temporaryName(folder) : undefined;
  if (former) renameSync(folder, former);
  renameSync(replacement, folder);
  sync(dirname(folder));
  if (former) rmSync(former, { recursive: true, force: true });
}
