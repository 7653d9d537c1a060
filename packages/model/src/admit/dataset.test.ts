import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, type DatasetRow, datasetSchema, writeTable } from "@ft/artifacts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDataset } from "./dataset.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dataset-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rowOf = (example: number): DatasetRow => ({
  example,
  split: "circuit",
  kind: "test",
  clean: `clean ${example}`,
  corrupted: `corrupted ${example}`,
  answer: "3",
  corruptedAnswer: "",
  cleanTokens: [0, 1],
  corruptedTokens: [0, 2],
  answerToken: 9,
  corruptedAnswerToken: null,
});

/** Reads a dataset of four rows, changed, for a model of ten tokens. */
async function read(...changes: [row: number, change: Partial<DatasetRow>][]) {
  const rows = [0, 1, 2, 3].map(rowOf);
  for (const [i, change] of changes) Object.assign(rows[i]!, change);
  await writeTable(folder, datasetSchema, rows, createProvenance());
  return readDataset([folder], { vocabulary: 10 });
}

test("a dataset within the vocabulary is read unchanged", async () => {
  expect(await read()).toEqual([0, 1, 2, 3].map(rowOf));
});

test.each<[string, Partial<DatasetRow>]>([
  ["cleanTokens", { cleanTokens: [0, 10] }],
  ["corruptedTokens", { corruptedTokens: [10, 0] }],
  ["answerToken", { answerToken: 10 }],
  ["corruptedAnswerToken", { corruptedAnswerToken: 10 }],
])("a token outside the vocabulary is named with file, row and column: %s", async (column, change) => {
  await expect(read([2, change])).rejects.toThrow(
    [
      "a token is not in the model's vocabulary",
      `  file: ${join(folder, "dataset.arrow")}`,
      `  place: row 2, column ${column}`,
      "  value: 10",
      "  tokens run from 0 to 9: make the dataset with the tokenizer of this model",
    ].join("\n"),
  );
});

test("of several such rows the first is named and the others are counted", async () => {
  await expect(read([3, { answerToken: 12 }], [1, { answerToken: 11 }])).rejects.toThrow(
    /row 1, column answerToken, and 1 more row\n {2}value: 11/,
  );
});

test("several datasets, or none, are refused", () => {
  for (const folders of [[], [folder, folder]])
    expect(() => readDataset(folders, { vocabulary: 10 })).toThrow("exactly one dataset is needed");
});
