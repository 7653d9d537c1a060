import { existsSync, readdirSync } from "node:fs";

/** The names of the folders in a folder, sorted; none if it does not exist. */
export function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
