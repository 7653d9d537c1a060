import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTokenizer } from "@ft/model";
import { describe, expect, test } from "vitest";
import { type ImportRequest, importDataset } from "./import-dataset.ts";
import { reference } from "./testing/reference.ts";
import { parse } from "./testing/samples.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { wordTokenizer } from "./testing/word-tokenizer.ts";

type Files = Partial<Record<"train" | "validation" | "circuit", string[]>>;

/** Imports rows such as "5 + 3 =,5 - 3 =,8". */
async function importRows(files: Files, changes: Partial<ImportRequest> = {}) {
  const folder = temporaryFolder();
  const paths = Object.entries(files).map(([split, rows]) => {
    const file = join(folder, `${split}.csv`);
    writeFileSync(file, ["clean,corrupted,label", ...rows, ""].join("\n"));
    return [split, file];
  });
  return importDataset({
    files: Object.fromEntries(paths),
    repeated: "error",
    validation: 0,
    tokenizer: wordTokenizer(),
    form: "same",
    seed: 0,
    ...changes,
  });
}

test("rows keep their file's order and come split by split, numbered from 0", async () => {
  const rows = await importRows({
    circuit: ["9 + 1 =,9 - 1 =,10"],
    train: ["5 + 3 =,5 - 3 =,8", "6 + 3 =,6 - 3 =,9"],
    validation: ["7 + 3 =,7 - 3 =,10"],
  });
  expect(rows.map(({ example, split, answer }) => [example, split, answer])).toEqual([
    [0, "train", "8"],
    [1, "train", "9"],
    [2, "validation", "10"],
    [3, "circuit", "10"],
  ]);
  expect(rows[0]).toMatchObject({ kind: "imported", corruptedAnswer: "", corruptedAnswerToken: null });
});

test("a validation split is carved out of the training rows, linked pairs together", async () => {
  const train = Array.from({ length: 40 }, (_, i) => [
    `${i} + 1 =,${i} - 1 =,${i + 1}`,
    `${i} - 1 =,${i} + 1 =,${i}`,
  ]).flat();
  const rows = await importRows({ train }, { validation: 0.25 });
  const splitOf = new Map<string, string>();
  for (const { split, clean, corrupted } of rows) {
    for (const prompt of [clean, corrupted]) {
      expect(splitOf.get(prompt) ?? split).toBe(split);
      splitOf.set(prompt, split);
    }
  }
  expect(rows.filter(({ split }) => split === "validation").length).toBe(20);
});

describe("rows that cannot be used are errors with file and line", () => {
  test.each([
    ["prompts of unequal length", "5 + 3 =,5 - =,8", "the two prompts differ in their number of tokens"],
    ["an answer that is split", "5 + 3 =,5 - 3 =,8 8", "the answer is not one token"],
    ["an unknown answer", "5 + 3 =,5 - 3 =,88888", "the answer is not one token"],
    ["an unknown word", "55555 + 3 =,5 - 3 =,8", "a prompt has a word that the tokenizer does not know"],
    ["equal prompts", "5 + 3 =,5 + 3 =,8", "both prompts are the same"],
  ])("%s", async (_, row, reason) => {
    const error = await importRows({ train: ["1 + 1 =,1 - 1 =,2", row] }).catch((caught) => caught);
    expect(error.message).toContain(`the row cannot be used: ${reason}`);
    expect(error.at).toMatchObject({ place: "line 3", file: expect.stringMatching(/train\.csv$/) });
  });

  test("a corrupted answer that is missing where it is required", async () => {
    const request = importRows({ train: ["1 + 1 =,1 - 1 =,2"] }, { corruptedAnswerIsToken: true });
    await expect(request).rejects.toThrow("the corrupted answer is not one token");
  });
});

describe("rows whose prompts stand elsewhere", () => {
  const leaking = {
    circuit: ["5 + 3 =,5 - 3 =,8"],
    train: ["5 - 3 =,5 + 3 =,2", "6 + 3 =,6 - 3 =,9", "6 + 3 =,6 - 3 =,9"],
  };

  test("are an error that names both places", async () => {
    const error = await importRows(leaking).catch((caught) => caught);
    expect(error.message).toMatch(/a prompt of the row stands in another split: see .*circuit\.csv, line 2/);
    expect(error.at).toMatchObject({ place: "line 2", file: expect.stringMatching(/train\.csv$/) });
    const twice = await importRows({ train: leaking.train.slice(1) }).catch((caught) => caught);
    expect(twice.message).toMatch(/the clean prompt is there already: see .*train\.csv, line 2/);
    expect(twice.at.place).toBe("line 3");
  });

  test("are left out if so asked; held-out rows win", async () => {
    const rows = await importRows(leaking, { repeated: "drop" });
    expect(rows.map(({ split, clean }) => `${split} ${clean}`)).toEqual(["train 6 + 3 =", "circuit 5 + 3 ="]);
  });
});

const published = reference("finetune-circuits/Add_Sub_100_circuit.csv");
const pythia = reference("pythia-tokenizer.json");

describe.skipIf(published.missing ?? pythia.missing)(
  `the published circuit part of add-sub 100 ${published.missing ?? pythia.missing ?? ""}`,
  () => {
    test("is 500 pairs of our own grammar with the right answers, under Pythia's tokenizer", async () => {
      const rows = await importDataset({
        files: { circuit: published.file },
        repeated: "error",
        validation: 0.05,
        tokenizer: await loadTokenizer(pythia.file),
        form: "same",
        seed: 0,
      });
      expect(rows.length).toBe(500);
      const grammar =
        /Calculate the result of the following arithmetic expression and provide only the final answer: (\d+) ([+-]) (\d+) =/;
      for (const { clean, corrupted, answer } of rows) {
        const [a, operator, b] = parse(clean, grammar);
        const [first, second] = [Number(a), Number(b)];
        expect(answer).toBe(String(operator === "+" ? first + second : first - second));
        expect(corrupted).toBe(clean.replace(/ [+-] /, operator === "+" ? " - " : " + "));
        expect(second >= 1 && second <= first && first <= 100).toBe(true);
      }
    });
  },
);
