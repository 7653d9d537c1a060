import {
  type AnswerRow,
  answersSchema,
  createProvenance,
  datasetSchema,
  type MetricsRow,
  metricsSchema,
  writeTable,
} from "@ft/artifacts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { admitAnswers } from "./admit-answers.ts";
import { tinyDataset } from "./testing/tiny.ts";

const provenance = createProvenance();
const dataset = tinyDataset().map((row, i) => (i % 11 === 2 ? { ...row, split: "test" as const } : row));
const heldOut = dataset.filter(({ split }) => split === "circuit" || split === "test");

/** One example of the test split and two of the circuit split are answered at step 0, all at step 6. */
const answers = [0, 6].flatMap((step) =>
  heldOut.map(({ example, split }): AnswerRow => {
    const own = { plan: "one", draw: 0, seed: 1, step, example, split: split as AnswerRow["split"] };
    return { ...own, correct: step > 0 || example < 13 };
  }),
);
const shareOf = (split: string, step: number) => {
  const own = answers.filter((row) => row.split === split && row.step === step);
  return own.filter(({ correct }) => correct).length / own.length;
};
const metrics = [0, 6].map(
  (step): MetricsRow => ({
    ...{ plan: "one", draw: 0, seed: 1, step, epoch: step, learningRate: 0, loss: 1, gradientNorm: 1 },
    ...{ circuitLoss: 1, circuitAccuracy: shareOf("circuit", step), validationLoss: null },
    ...{ validationAccuracy: null, testLoss: 1, testAccuracy: Math.fround(shareOf("test", step)) },
  }),
);

async function admit(rows: readonly AnswerRow[]) {
  const [data, output] = [temporaryFolder(), temporaryFolder()];
  await writeTable(data, datasetSchema, dataset, provenance);
  await writeTable(output, metricsSchema, metrics, provenance);
  await writeTable(output, answersSchema, rows, provenance);
  admitAnswers({ output, inputs: { data: [data] } });
}

test("answers of an outside command are admitted in the form the stage writes, of one split, or none", async () => {
  expect(new Set([shareOf("test", 0), shareOf("circuit", 0), 0, 1]).size).toBe(4);
  await admit(answers);
  await admit(answers.filter(({ split }) => split === "test"));
  await admit([]);
});

test.each<[string, (row: AnswerRow, i: number) => AnswerRow[], RegExp]>([
  ["an example of another split", (row) => [{ ...row, split: "test" }], /in the dataset: circuit/],
  [
    "an unknown example",
    (row, i) => [i === 9 ? { ...row, example: 999 } : row],
    /example 999.*dataset: none/,
  ],
  [
    "a part of a split",
    (row, i) => (i === 0 ? [] : [row]),
    /a part of a split[\s\S]*step 0[\s\S]*4 of the 5/,
  ],
  [
    "another share than metrics.arrow",
    (row, i) => [i === 13 ? { ...row, correct: false } : row],
    /do not match/,
  ],
  ["a checkpoint without metrics", (row) => [{ ...row, step: row.step + 1 }], /Accuracy not there/],
])("answers with %s are refused", async (_, change, message) => {
  await expect(admit(answers.flatMap(change))).rejects.toThrow(message);
});
