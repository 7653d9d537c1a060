import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tokenizer } from "@ft/model";
import { expect } from "vitest";
import { temporaryFolder } from "../../../artifacts/src/testing/temporary-folder.ts";
import { importDataset } from "../import-dataset.ts";
import { paperCsv } from "./paper-files.ts";

const ROWS = 400;

/**
 * Fails unless a file in the paper's format is refused because of its multi-token answers and, without those rows, makes
 * a dataset that fits the tokenizer.
 */
export function expectImport(task: string, options: object, tokenizer: Tokenizer): void {
  const file = join(temporaryFolder(), `${task}.csv`);
  writeFileSync(file, paperCsv(task, options, ROWS));
  const notes: string[] = [];
  const request = {
    files: { all: [file] },
    repeated: "drop",
    shares: { circuit: 0.2, validation: 0.05 },
    tokenizer,
    form: "same",
    seed: 0,
    note: (text: string) => notes.push(text),
  } as const;

  expect(() => importDataset({ ...request, unusable: "error" })).toThrow(
    new RegExp(
      `^[0-9]+ of ${ROWS} rows cannot be used\n.*the answer is not one token: [0-9]+\n.*line [0-9]+: "[0-9]+" is [23] tokens: " [0-9]+", `,
      "s",
    ),
  );

  const { rows, leftOut } = importDataset({ ...request, unusable: "drop" });
  const left = leftOut.reduce((sum, reason) => sum + reason.rows, 0);
  expect(leftOut.map(({ reason }) => reason)).toContain("the answer is not one token");
  expect(rows.length).toBe(ROWS - left);
  expect(notes[0]).toMatch(new RegExp(`^left out ${left} of ${ROWS} rows\n`));
  for (const { cleanTokens, corruptedTokens, answer, answerToken, corruptedAnswerToken } of rows) {
    expect(cleanTokens.length).toBe(corruptedTokens.length);
    expect(tokenizer.decode([answerToken]).trim()).toBe(answer);
    expect(corruptedAnswerToken).not.toBe(answerToken);
  }
  const sizes = ["train", "validation", "circuit"].map(
    (split) => rows.filter((row) => row.split === split).length,
  );
  expect(sizes[1]).toBeGreaterThan(0);
  expect(sizes[2]).toBeGreaterThan(0);
  expect(sizes[0]).toBeGreaterThan(sizes[1]! + sizes[2]!);
}
