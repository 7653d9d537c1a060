/** The contrast pairs of a dataset that circuits are found on. */

import { datasetSchema, scanTable, UserError } from "@ft/artifacts";
import type { Pair } from "../pairs/pair.ts";

/**
 * The examples of the split `circuit`.
 * @param folders of the role `data`
 * @param limit at most so many, from the first. Default: all
 * @throws UserError when not exactly one dataset is given, or it has no such example
 */
export function readDatasetPairs(folders: readonly string[], limit = Number.POSITIVE_INFINITY): Pair[] {
  const [folder, another] = folders;
  if (folder === undefined || another !== undefined) {
    throw new UserError("circuits are found on exactly one dataset", {
      value: folders.length,
      remedy: "name one data stage in the role `data`",
    });
  }
  const pairs: Pair[] = [];
  for (const row of scanTable(folder, datasetSchema)) {
    if (row.split !== "circuit" || pairs.length >= limit) continue;
    pairs.push({
      clean: row.cleanTokens,
      corrupted: row.corruptedTokens,
      answer: row.answerToken,
      wrong: row.corruptedAnswerToken ?? undefined,
    });
  }
  if (pairs.length > 0) return pairs;
  throw new UserError("the dataset has no example to find circuits on", {
    file: folder,
    remedy: "give its split `circuit` a share of the examples",
  });
}
