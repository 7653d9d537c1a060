import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sync, syncTree } from "./sync.ts";
import { removeLeftovers, temporaryName } from "./temporary-name.ts";

/**
 * Replaces a folder as a whole: `write` fills a new one beside it, which then takes its place, so that no file of an
 * earlier run survives. If `write` fails, the folder stays as it was.
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

/** Two renames: between them, for a moment, there is no folder, but never a mixture. */
function replace(folder: string, replacement: string): void {
  const former = existsSync(folder) ? temporaryName(folder) : undefined;
  if (former) renameSync(folder, former);
  renameSync(replacement, folder);
  sync(dirname(folder));
  if (former) rmSync(former, { recursive: true, force: true });
}
