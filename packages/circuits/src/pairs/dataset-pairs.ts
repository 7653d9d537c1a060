/** The pairs of a dataset on which circuits are found. */

import { type DatasetRow, UserError } from "@ft/artifacts";
import { type ModelConfig, readDataset } from "@ft/model";
import type { Pair } from "./pair.ts";

/** An example of a dataset. */
export interface DatasetPair extends Pair {
  /** Which of the task's templates made it, such as "add". */
  kind: string;
}

/**
 * The examples of the split `circuit`.
 * @param folders of the role `data`
 * @param limit at most this many, from the first. @default all
 * @throws UserError as readDataset does, or if there is no such example
 */
export function readDatasetPairs(
  folders: readonly string[],
  model: ModelConfig,
  limit = Number.POSITIVE_INFINITY,
): DatasetPair[] {
  const examples = readDataset(folders, model).filter(({ split }) => split === "circuit");
  if (examples.length === 0) {
    throw new UserError("the dataset has no example to find circuits on", {
      file: folders[0],
      remedy: "give its split `circuit` a share of the examples",
    });
  }
  return examples.slice(0, limit).map(pairOfRow);
}

export function pairOfRow(row: DatasetRow): DatasetPair {
  return {
    clean: row.cleanTokens,
    corrupted: row.corruptedTokens,
    answer: row.answerToken,
    wrong: row.corruptedAnswerToken ?? undefined,
    kind: row.kind,
  };
}
