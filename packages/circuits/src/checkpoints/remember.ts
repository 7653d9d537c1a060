/** Results kept until a stage has finished: after an interruption the next attempt resumes from them. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf, writeFileAtomic } from "@ft/artifacts";

/**
 * Does work once per name.
 * @param folder the stage's work folder, which depends on its configuration and inputs
 * @param work its result must survive JSON
 * @returns the result, and whether it is from an earlier attempt
 */
export function remember<T>(folder: string, name: string, work: () => T): { value: T; remembered: boolean } {
  const file = join(folder, `${hashOf(name).slice(0, 16)}.json`);
  if (existsSync(file)) return { value: JSON.parse(readFileSync(file, "utf8")), remembered: true };
  const value = work();
  writeFileAtomic(file, JSON.stringify(value));
  return { value, remembered: false };
}
