/** Results kept in the folder of a part of a stage's work: the stage's later runs do not repeat it. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "@ft/artifacts";

/**
 * Does a part of a stage's work once.
 * @param folder of the part, see partFolder
 * @param work its result must survive JSON
 * @returns the result, and whether it is from an earlier run of the stage
 */
export function remember<T>(folder: string, work: () => T): { value: T; remembered: boolean } {
  const file = join(folder, "result.json");
  if (existsSync(file)) return { value: JSON.parse(readFileSync(file, "utf8")), remembered: true };
  const value = work();
  writeFileAtomic(file, JSON.stringify(value));
  return { value, remembered: false };
}
