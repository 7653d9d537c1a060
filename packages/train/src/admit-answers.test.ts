import {
  type AnswerRow,
  answersSchema,
  createProvenance,
  datasetSchema,
  heldOutSplits,
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
  heldOutSplits.map((split): AnswerRow => {
    const examples = heldOut.flatMap((row) => (row.split === split ? [row.example] : []));
    const answered = examples.filter((example) => step > 0 || example < 13);
    return { plan: "one", draw: 0, seed: 1, step, split, examples, answered };
  }),
);
const shareOf = (split: string, step: number) => {
  const { examples, answered } = answers.find((row) => row.split === split && row.step === step)!;
  return answered.length / examples.length;
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

test.each<[string, (row: AnswerRow) => AnswerRow, RegExp]>([
  [
    "an example of another split",
    (row) => ({ ...row, examples: [2, ...row.examples.slice(1)], answered: [] }),
    /in the dataset: test/,
  ],
  [
    "an unknown example",
    (row) => ({ ...row, examples: [...row.examples.slice(0, -1), 999], answered: [] }),
    /example 999.*dataset: none/,
  ],
  [
    "a part of a split",
    (row) => ({ ...row, examples: row.examples.slice(1), answered: [] }),
    /a part of a split[\s\S]*step 0[\s\S]*4 of the 5/,
  ],
  ["another share than metrics.arrow", (row) => ({ ...row, answered: [] }), /do not match/],
  ["a checkpoint without metrics", (row) => ({ ...row, step: row.step + 1 }), /Accuracy not there/],
])("answers with %s are refused", async (_, change, message) => {
  const changed = answers.map((row) => (row.split === "circuit" ? change(row) : row));
  await expect(admit(changed.sort((a, b) => a.step - b.step))).rejects.toThrow(message);
});
