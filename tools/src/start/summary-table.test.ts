import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProvenance, datasetSchema, leftOutConfig, writeTable } from "@ft/artifacts";
import { expect, onTestFinished, test } from "vitest";
import { leftOutLine, renderSummary } from "./summary-table.ts";

test("a summary shows accuracies and paired differences with their intervals, none with a single seed, and no sign on zero", () => {
  const table = renderSummary([
    {
      method: "circuit-lora-8-32",
      seeds: 3,
      examples: null,
      trainableParameters: 123_456,
      parameterRatio: 0.01723,
      meanAccuracy: 0.912,
      lowAccuracy: 0.9,
      highAccuracy: 0.9244,
      difference: null,
      lowDifference: null,
      highDifference: null,
    },
    {
      method: "lora-r8",
      seeds: 1,
      examples: null,
      trainableParameters: 98_304,
      parameterRatio: 0.0137,
      meanAccuracy: 0.9,
      lowAccuracy: null,
      highAccuracy: null,
      difference: 0.012,
      lowDifference: -0.001,
      highDifference: 0.025,
    },
    {
      method: "lora-r4",
      seeds: 2,
      examples: null,
      trainableParameters: 49_152,
      parameterRatio: 0.00688,
      meanAccuracy: 0.9,
      lowAccuracy: -0.0004,
      highAccuracy: 1,
      difference: -0.0004,
      lowDifference: -0.0004,
      highDifference: 0.0006,
    },
  ]);
  expect(table.split("\n")).toEqual([
    "method             seeds  trained  of all  accuracy              difference to CircuitLoRA",
    "circuit-lora-8-32      3  123,456   1.72%  91.2% (90.0 to 92.4)",
    "lora-r8                1   98,304   1.37%  90.0%                 +1.2 points (-0.1 to 2.5)",
    "lora-r4                2   49,152   0.69%  90.0% (0.0 to 100.0)  0.0 points (0.0 to 0.1)",
  ]);
});

test("left-out rows of a dataset are reported in a line, if there are any", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ft-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const texts = { clean: "1 + 1 =", corrupted: "1 - 1 =", answer: "2", corruptedAnswer: "0" };
  const tokens = { cleanTokens: [1], corruptedTokens: [2], answerToken: 3, corruptedAnswerToken: 4 };
  const row = { example: 0, split: "train", kind: "add", ...texts, ...tokens } as const;
  const line = async (rows: number) => {
    const leftOut = rows === 0 ? [] : [{ reason: "a prompt is empty", rows, first: ["pairs.csv, line 2"] }];
    const config = leftOutConfig(leftOut);
    await writeTable(folder, datasetSchema, [row], createProvenance({ config }));
    return leftOutLine(folder);
  };
  expect(await line(3)).toBe(
    "3 of 4 imported rows were left out: a prompt is empty (3, first pairs.csv, line 2)",
  );
  expect(await line(0)).toBeUndefined();
});
