import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createProvenance, type DatasetRow, datasetSchema, readTable, writeTable } from "../index.ts";

test("roundtrip", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-"));
  const rows: DatasetRow[] = [
    {
      example: 0,
      split: "train",
      kind: "add",
      clean: "1 + 2",
      corrupted: "1 - 2",
      answer: "3",
      corruptedAnswer: "-1",
      cleanTokens: [0, 1, 2],
      corruptedTokens: [0, 4, 2],
      answerToken: 3,
      corruptedAnswerToken: null,
    },
    {
      example: 1,
      split: "circuit",
      kind: "sub",
      clean: "é – 😀",
      corrupted: "",
      answer: "3",
      corruptedAnswer: "-1",
      cleanTokens: [0],
      corruptedTokens: [0],
      answerToken: 3,
      corruptedAnswerToken: 7,
    },
  ];
  await writeTable(folder, datasetSchema, rows, createProvenance());
  expect(readTable(folder, datasetSchema)).toEqual(rows);
  await writeTable(folder, datasetSchema, [], createProvenance());
  expect(readTable(folder, datasetSchema)).toEqual([]);
});
