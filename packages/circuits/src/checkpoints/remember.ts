/** Results kept while a stage is under way, so that a try after a cut goes on where the last one stopped. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, writeFileAtomic } from "@ft/artifacts";

/**
 * Does a piece of work once for each name.
 * @param folder the stage's work folder: another one for another configuration or input
 * @param work its result must survive JSON
 * @returns the result, and whether an earlier try had made it
 */
export function remember<T>(folder: string, name: string, work: () => T): { value: T; remembered: boolean } {
  const file = join(folder, `${hashOf(name).slice(0, 16)}.json`);
  if (existsSync(file)) return { value: JSON.parse(readFileSync(file, "utf8")), remembered: true };
  const value = work();
  writeFileAtomic(file, JSON.stringify(value));
  return { value, remembered: false };
}
