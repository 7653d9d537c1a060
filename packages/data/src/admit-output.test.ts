import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProvenance,
  type DatasetRow,
  datasetSchema,
  silentProgress,
  UserError,
  writeTable,
} from "@ft/artifacts";
import { openTokenizer } from "@ft/model";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { admitOutput } from "./admit-output.ts";
import { findTask } from "./find-task.ts";
import { type Form, forms } from "./form.ts";
import { generate } from "./generate.ts";
import { modelFolder } from "./testing/model-folder.ts";

/** Writes the data stage's own rows with a change and checks them. @returns the notes */
async function admit(change: (rows: DatasetRow[]) => DatasetRow[], form: Form = "same", maxPositions = 64) {
  const model = modelFolder();
  const config = JSON.parse(readFileSync(join(model, "config.json"), "utf8"));
  writeFileSync(
    join(model, "config.json"),
    JSON.stringify({ ...config, max_position_embeddings: maxPositions }),
  );
  const { tokenizer } = await openTokenizer(model);
  const sampler = findTask("add-sub").sampler({ within: 50 });
  const shares = { circuit: 0.2, validation: 0.1 };
  const rows = generate({ sampler, tokenizer, examples: 20, shares, form, seed: 1 });
  const output = temporaryFolder();
  await writeTable(output, datasetSchema, change(rows), createProvenance());
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  await admitOutput({ output, model, progress });
  return notes;
}

/** Changes one row. */
const edit = (i: number, change: (row: DatasetRow) => Partial<DatasetRow>) => (rows: DatasetRow[]) =>
  rows.map((row, at) => (at === i ? { ...row, ...change(row) } : row));

/** The error message for changed rows. */
async function refusal(change: (rows: DatasetRow[]) => DatasetRow[]): Promise<string> {
  const error = await admit(change).catch((caught) => caught);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message.split("\n").length).toBeLessThanOrEqual(20);
  return error.message;
}

test.each(forms)("the data stage's own output is admitted: form %s", async (form) => {
  expect(await admit((rows) => rows, form)).toEqual([]);
});

describe("an invalid row is refused with its number", () => {
  test.each<[string, (row: DatasetRow) => Partial<DatasetRow>, RegExp]>([
    [
      "an answer's token outside the vocabulary",
      () => ({ answerToken: 5000 }),
      /a token is not in the model's vocabulary: 1\n +row 3: column answerToken: token 5000; tokens run from 0 to \d+/,
    ],
    [
      "a prompt's token outside the vocabulary",
      ({ cleanTokens }) => ({ cleanTokens: cleanTokens.with(2, 5000) }),
      /row 3: column cleanTokens: token 5000/,
    ],
    [
      "no BOS",
      ({ cleanTokens, corruptedTokens }) => ({
        cleanTokens: cleanTokens.slice(1),
        corruptedTokens: corruptedTokens.slice(1),
      }),
      /a prompt's tokens are not those of its text: 1\n +row 3: column cleanTokens: token 0 is \d+ \("calculate"\), not 1 \("<bos>"\)/,
    ],
    [
      "one token too many",
      ({ cleanTokens, corruptedTokens }) => ({
        cleanTokens: [...cleanTokens, 2],
        corruptedTokens: [...corruptedTokens, 2],
      }),
      /column cleanTokens: token \d+ is 2 \("\\n"\), not missing/,
    ],
    [
      "another text's tokens in the corrupted prompt",
      ({ corruptedTokens }) => ({ corruptedTokens: corruptedTokens.with(3, 2) }),
      /row 3: column corruptedTokens: token 3 is 2/,
    ],
    [
      "another answer's token",
      ({ answerToken }) => ({ answerToken: answerToken + 1 }),
      /an answer's token is not that of its text: 1\n +row 3: column answerToken: \d+ \("\d+"\), not \d+/,
    ],
    [
      "another corrupted answer's token",
      () => ({ corruptedAnswerToken: 1 }),
      /row 3: column corruptedAnswerToken: 1 \("<bos>"\), not \d+/,
    ],
    [
      "tokens without their text",
      () => ({ clean: "" }),
      /a prompt is empty: 1\n +row 3: column clean: write the text of its tokens, "<bos> calculate/,
    ],
    [
      "a word that the tokenizer does not know",
      ({ clean }) => ({ clean: clean.replace("result", "wombat") }),
      /a prompt has a word that the tokenizer does not know: 1\n +row 3: "wombat"/,
    ],
    [
      "equal prompts",
      ({ clean, cleanTokens }) => ({ corrupted: clean, corruptedTokens: cleanTokens }),
      /both prompts are the same: 1\n +row 3/,
    ],
  ])("%s", async (_, change, message) => {
    expect(await refusal(edit(3, change))).toMatch(message);
  });

  /** Another text with the same tokens. */
  const respaced = (text: string) => `${text.replaceAll(" ", "  ")} `;

  test("a clean prompt that the model reads twice", async () => {
    const twice = (rows: DatasetRow[]) =>
      edit(3, () => ({
        ...rows[1]!,
        example: 3,
        clean: respaced(rows[1]!.clean),
      }))(rows);
    expect(await refusal(twice)).toMatch(/duplicate clean prompt: 1\n +row 3: see row 1\n/);
  });

  test("a prompt that the model reads in two splits", async () => {
    const turned = (rows: DatasetRow[]) =>
      edit(19, () => ({
        clean: respaced(rows[1]!.corrupted),
        corrupted: respaced(rows[1]!.clean),
        cleanTokens: rows[1]!.corruptedTokens,
        corruptedTokens: rows[1]!.cleanTokens,
        answer: rows[1]!.corruptedAnswer,
        answerToken: rows[1]!.corruptedAnswerToken!,
        corruptedAnswer: rows[1]!.answer,
        corruptedAnswerToken: rows[1]!.answerToken,
      }))(rows);
    expect(await refusal(turned)).toMatch(
      /a prompt of the row is in another split: 1\n +row 19: see row 1\n.*dataset\.arrow\n.*\n +keep one row/,
    );
  });
});

test("all rows that are wrong are counted by reason, with file, first places and what to do", async () => {
  const message = await refusal((rows) =>
    rows.map((row, i) =>
      i % 2 === 0 ? { ...row, answerToken: 5000 } : { ...row, cleanTokens: row.cleanTokens.with(0, 0) },
    ),
  );
  expect(message).toMatch(/^20 of 20 rows cannot be used\n/);
  expect(message).toMatch(/vocabulary: 10\n +row 0: .*\n +row 2: .*\n +row 4: .*\n/);
  expect(message).toMatch(/text: 10\n +row 1: /);
  expect(message).toMatch(
    /\n {2}file: .*dataset\.arrow\n {2}each row holds its texts and, by the model's tokenizer, their tokens: BOS/,
  );
});

test("a dataset without rows, or with none to train on or find circuits on, is refused", async () => {
  expect(await refusal(() => [])).toMatch(/^the dataset has no rows/);
  const validation = (rows: DatasetRow[]) => rows.map((row) => ({ ...row, split: "validation" as const }));
  expect(await refusal(validation)).toMatch(
    /^the dataset has no rows to train on and none to find circuits on/,
  );
});

test("a text may begin with the BOS, and a corrupted answer's token may be left out, which is noted", async () => {
  const notes = await admit(
    edit(3, ({ clean }) => ({ clean: `<bos> ${clean}`, corruptedAnswerToken: null })),
  );
  expect(notes).toEqual([expect.stringMatching(/corrupted answer is not one token .*first row 3/)]);
});

test("prompts beyond the model's context and a split without rows are noted", async () => {
  const onlyTrain = (rows: DatasetRow[]) => rows.map((row) => ({ ...row, split: "train" as const }));
  expect(await admit(onlyTrain, "same", 8)).toEqual([
    expect.stringMatching(
      /a prompt is longer than the model's context of 8 tokens \(20, first row 0: \d+ tokens\)/,
    ),
    "the dataset has no row in the split circuit",
  ]);
});
