/** Reads dataset.arrow for a model; all stages read it here. */
import {
  type DatasetRow,
  datasetSchema,
  formatInteger,
  readTable,
  tablePath,
  UserError,
} from "@ft/artifacts";
import type { ModelConfig } from "../families/index.ts";
import { reasons } from "./reasons.ts";

/**
 * Reads the dataset of a role. Backends differ in how they treat a token that the model does not have, and some
 * compute nonsense, so tokens are checked here, before any backend opens.
 *
 * @param folders of the role `data`
 * @throws UserError if not exactly one dataset is given, or a row has a token that is not in the model's vocabulary
 */
export function readDataset(
  folders: readonly string[],
  { vocabulary }: Pick<ModelConfig, "vocabulary">,
): DatasetRow[] {
  const [folder, another] = folders;
  if (folder === undefined || another !== undefined) {
    throw new UserError("exactly one dataset is needed", {
      value: folders.length,
      remedy: "name one data stage in the role `data`",
    });
  }
  const rows = readTable(folder, datasetSchema);
  const faults = rows.flatMap((row, i) => {
    const [column, token] = foreignToken(row, vocabulary) ?? [];
    return column === undefined ? [] : [{ place: `row ${i}, column ${column}`, token }];
  });
  const [first, ...others] = faults;
  if (first === undefined) return rows;
  const plural = others.length === 1 ? "row" : "rows";
  const more = others.length > 0 ? `, and ${formatInteger(others.length)} more ${plural}` : "";
  throw new UserError(reasons.vocabulary, {
    file: tablePath(folder, datasetSchema),
    place: `${first.place}${more}`,
    value: first.token,
    remedy: `tokens run from 0 to ${vocabulary - 1}: make the dataset with the tokenizer of this model`,
  });
}

const tokenColumns = ["cleanTokens", "corruptedTokens", "answerToken", "corruptedAnswerToken"] as const;

/** The first token of a row that is not in a vocabulary, and its column. */
export function foreignToken(
  row: Pick<DatasetRow, (typeof tokenColumns)[number]>,
  vocabulary: number,
): [column: string, token: number] | undefined {
  for (const column of tokenColumns) {
    for (const token of [row[column] ?? []].flat()) if (token >= vocabulary) return [column, token];
  }
  return undefined;
}
