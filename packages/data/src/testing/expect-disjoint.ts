import type { DatasetRow } from "@ft/artifacts";
import { expect } from "vitest";

/**
 * Fails if a prompt, clean or corrupted, without the newline that form "paper" adds, is in two splits.
 * @returns the splits that have rows
 */
export function expectDisjoint(rows: readonly DatasetRow[]): Set<string> {
  const splitOf = new Map<string, string>();
  for (const { split, clean, corrupted } of rows) {
    for (const prompt of [clean.trimEnd(), corrupted.trimEnd()]) {
      expect(splitOf.get(prompt) ?? split).toBe(split);
      splitOf.set(prompt, split);
    }
  }
  return new Set(splitOf.values());
}
