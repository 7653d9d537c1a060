import { type AnswerRow, answersSchema, createProvenance, writeTable } from "@ft/artifacts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { readAnswers } from "./answers.ts";

const [ONE, OTHER] = ["1".repeat(64), "2".repeat(64)];

/** Examples 0, 2, 4, ..., the first of them of the split circuit. */
const rows = (plan: string, seed: number, correct: readonly boolean[]): AnswerRow[] => {
  const examples = correct.map((_, i) => 2 * i);
  const answered = examples.filter((_, i) => correct[i]);
  const part = (split: AnswerRow["split"], of: (example: number) => boolean): AnswerRow => ({
    ...{ plan, draw: 0, seed, step: 9, split },
    ...{ examples: examples.filter(of), answered: answered.filter(of) },
  });
  return [part("circuit", (example) => example === 0), part("test", (example) => example > 0)];
};

/** A train stage with these answers to the examples of a dataset. */
async function written(dataset: string, answers: readonly AnswerRow[], stage = "train"): Promise<string> {
  const folder = temporaryFolder();
  const provenance = createProvenance({
    runs: { experiment: "made-up", stage },
    inputs: { "data/data/dataset.arrow": dataset, "plan/plan/plan.arrow": ONE },
  });
  await writeTable(folder, answersSchema, answers, provenance);
  return folder;
}

test("answers are read by run and checkpoint, of the held-out split alone", async () => {
  const folder = await written(ONE, [
    ...rows("a", 1, [true, false, true]),
    ...rows("a", 2, [false, true, true]),
  ]);
  const [first, second, ...more] = readAnswers([folder], "test");
  expect(more).toEqual([]);
  expect(first).toMatchObject({ plan: "a", draw: 0, seed: 1, step: 9, correct: [0, 1] });
  expect(second).toMatchObject({ seed: 2, correct: [1, 1], of: first!.of });
  expect(readAnswers([folder], "circuit").map(({ correct }) => correct)).toEqual([[1], [0]]);
});

test("examples of the same numbers in another dataset, and other examples, are not the same", async () => {
  const folders = [
    await written(ONE, rows("a", 1, [true, false, true])),
    await written(ONE, rows("b", 1, [true, false, true]), "second"),
    await written(OTHER, rows("c", 1, [true, false, true]), "third"),
    await written(ONE, rows("d", 1, [true, false]), "fourth"),
  ];
  const [a, b, c, d] = readAnswers(folders, "test").map(({ of }) => of);
  expect(b).toBe(a);
  expect(new Set([a, c, d]).size).toBe(3);
});
