import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DatasetRow, seededRandom } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { errorOf } from "../../artifacts/src/testing/error-of.ts";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { wordTokenizer } from "../../model/src/testing/word-tokenizer.ts";
import { carve } from "./carve.ts";
import { type ImportRequest, importDataset } from "./import-dataset.ts";
import type { FileKey } from "./imported-files.ts";
import { expectDisjoint } from "./testing/expect-disjoint.ts";
import { kinds } from "./testing/samples.ts";

type Files = Partial<Record<FileKey, string[]>>;

/** Imports rows such as "5 + 3 =,5 - 3 =,8". */
function importAll(files: Files, changes: Partial<ImportRequest> = {}) {
  const folder = temporaryFolder();
  const paths = Object.entries(files).map(([split, rows]) => {
    const file = join(folder, `${split}.csv`);
    writeFileSync(file, ["clean,corrupted,label", ...rows, ""].join("\n"));
    return [split, [file]];
  });
  return importDataset({
    files: Object.fromEntries(paths),
    repeated: "error",
    unusable: "error",
    shares: { validation: 0 },
    tokenizer: wordTokenizer(),
    form: "same",
    seed: 0,
    ...changes,
  });
}

const importRows = (...request: Parameters<typeof importAll>) => importAll(...request).rows;

/** The error message of a refused import. */
function refusal(...request: Parameters<typeof importAll>): string {
  const error = errorOf(() => importAll(...request)) as Error;
  expect(error.name).toBe("UserError");
  return error.message;
}

test("rows are numbered from 0, split by split, in their files' order", () => {
  const rows = importRows({
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

/** A sum and a difference each, which share both of their prompts. */
const linked = Array.from({ length: 40 }, (_, i) => [
  `${i} + 1 =,${i} - 1 =,${i + 1}`,
  `${i} - 1 =,${i} + 1 =,${i + 100}`,
]).flat();

test("a validation split is carved out of the training rows, linked pairs together", () => {
  const rows = importRows({ train: linked }, { shares: { validation: 0.25 } });
  expectDisjoint(rows);
  expect(rows.filter(({ split }) => split === "validation").length).toBe(20);
});

describe("files divided by `split`", () => {
  const shares = { circuit: 0.25, validation: 0.1 };
  const sizes = (rows: readonly DatasetRow[]) => kinds(rows.map(({ split }) => ({ kind: split })));

  test("give each split its share of all rows, linked pairs together, as the seed decides", () => {
    const rows = importRows({ all: linked }, { shares });
    expect(sizes(rows)).toEqual({ train: 52, validation: 8, circuit: 20 });
    expectDisjoint(rows);
    expect(importRows({ all: linked }, { shares })).toEqual(rows);
    expect(importRows({ all: linked }, { shares, seed: 1 })).not.toEqual(rows);
  });

  test("may be several, which share no clean prompt", () => {
    const file = join(temporaryFolder(), "again.jsonl");
    const pair = (clean: string) => JSON.stringify({ clean, corrupted: "5 - 500 =", answer: "7" });
    writeFileSync(file, `${pair("900 + 1 =")}\n${pair("0 + 1 =")}\n`);
    const csv = join(temporaryFolder(), "first.csv");
    writeFileSync(csv, `clean,corrupted,label\n${linked.join("\n")}\n`);
    const files = { all: [csv, file] };
    expect(refusal({}, { files, shares })).toMatch(
      /^1 of 82 rows cannot be used\n.*duplicate clean prompt: 1\n.*again\.jsonl, line 2: see .*first\.csv, line 2\n.*`import\.repeated`/s,
    );
    expect(importAll({}, { files, shares, repeated: "drop" })).toMatchObject({
      rows: { length: 81 },
      leftOut: [{ reason: "duplicate clean prompt", rows: 1 }],
    });
  });

  test('have the form of their split, "paper" too', () => {
    const rows = importRows({ all: linked }, { shares, form: "paper" });
    for (const { split, clean } of rows) expect(clean.endsWith("\n")).toBe(split !== "circuit");
    expectDisjoint(rows);
  });

  test("are left out if they do not fit every form", () => {
    const word = wordTokenizer();
    const encode = (text: string) => word.encode(text.replace("\n8", "\n8 8"));
    const all = ["5 + 3 =,5 - 3 =,8", "6 + 3 =,6 - 3 =,9"];
    const request = { shares: { circuit: 0.5, validation: 0 }, unusable: "drop", form: "paper" } as const;
    expect(importRows({ all }, { ...request, tokenizer: { ...word, encode } })).toMatchObject([
      { split: "circuit", answer: "9" },
    ]);
  });

  test("are refused if all rows are linked, so that none can be held out", () => {
    const chain = Array.from({ length: 20 }, (_, i) => `${i} + 1 =,500 + 1 =,${i + 1}`);
    expect(refusal({ all: chain }, { shares })).toMatch(/0 of 5 rows fit in the split circuit/);
    const notes: string[] = [];
    importRows({ all: chain }, { shares: { circuit: 0, validation: 0.2 }, note: (text) => notes.push(text) });
    expect(notes).toEqual([expect.stringContaining("0 of 4 rows fit in the split validation")]);
  });

  test("take time in proportion to their rows, also if all share a prompt", { timeout: 20_000 }, () => {
    const pairs = Array.from({ length: 100_000 }, (_, i) => ({ clean: `${i}`, corrupted: "x" }));
    expect(carve(pairs, 10, seededRandom(0, "")).size).toBe(0);
  });
});

describe("rows that cannot be used", () => {
  test("are one error over all files, with the first places", () => {
    const train = ["5 + 3 =,5 - =,8", "1 + 1 =,1 - 1 =,2", "6 + 3 =,6 - 3 =,88888"];
    const message = refusal({ train, circuit: ["55555 + 3 =,7 - 3 =,8", "9 + 3 =,9 + 3 =,8"] });
    expect(message).toMatch(/^4 of 5 rows cannot be used\n/);
    for (const part of [
      /the two prompts differ in their number of tokens: 1\n.*train\.csv, line 2: 5 and 4\n/,
      /the answer is not one token: 1\n.*train\.csv, line 4: "88888" is unknown to the tokenizer\n/,
      /a prompt has a word that the tokenizer does not know: 1\n.*circuit\.csv, line 2: "55555"\n/,
      /both prompts are the same: 1\n.*circuit\.csv, line 3: "9 \+ 3 ="\n/,
      /set `import\.unusable` to "drop"$/,
    ]) {
      expect(message).toMatch(part);
    }
  });

  test("are left out if asked, and counted", () => {
    const train = ["5 + 3 =,5 - =,8", "1 + 1 =,1 - 1 =,2"];
    expect(importAll({ train }, { unusable: "drop" })).toMatchObject({
      rows: [{ clean: "1 + 1 =" }],
      leftOut: [
        {
          reason: "the two prompts differ in their number of tokens",
          rows: 1,
          first: [expect.stringMatching(/train\.csv, line 2: 5 and 4$/)],
        },
      ],
    });
  });

  test("lack a corrupted answer if that is required", () => {
    const train = ["1 + 1 =,1 - 1 =,2"];
    expect(refusal({ train }, { corruptedAnswerIsToken: true })).toContain(
      "the corrupted answer is missing: 1",
    );
  });
});

describe("rows whose prompts are in another row", () => {
  const leaking = {
    circuit: ["5 + 3 =,5 - 3 =,8"],
    train: ["5 - 3 =,5 + 3 =,2", "6 + 3 =,6 - 3 =,9", "6 + 3 =,6 - 3 =,9"],
  };

  test("are an error that names both places", () => {
    const message = refusal(leaking);
    expect(message).toMatch(
      /a prompt of the row is in another split: 1\n.*train\.csv, line 2: see .*circuit\.csv, line 2/,
    );
    expect(message).toMatch(/duplicate clean prompt: 1\n.*train\.csv, line 4: see .*train\.csv, line 3/);
  });

  test("are left out if asked; held-out rows win", () => {
    const rows = importRows(leaking, { repeated: "drop" });
    expect(rows.map(({ split, clean }) => `${split} ${clean}`)).toEqual(["train 6 + 3 =", "circuit 5 + 3 ="]);
  });
});

test("rows of MIB become a dataset; another counterfactual is chosen by name", () => {
  const file = join(temporaryFolder(), "mib.jsonl");
  const row = (n: number) => ({
    prompt: `${n} + 3 =`,
    label: `${n + 3}`,
    random_counterfactual: { prompt: `${n} + 9 =`, label: n + 9 },
    ones_op1_counterfactual: { prompt: `${n + 40} + 3 =`, label: n + 43 },
  });
  writeFileSync(file, [1, 2, 3].map((n) => JSON.stringify(row(n))).join("\n"));
  const read = (counterfactual?: string) =>
    importAll({}, { files: { train: [file] }, counterfactual }).rows.map(
      ({ clean, corrupted, corruptedAnswer }) => [clean, corrupted, corruptedAnswer].join(" "),
    );
  expect(read()).toEqual(["1 + 3 = 1 + 9 = 10", "2 + 3 = 2 + 9 = 11", "3 + 3 = 3 + 9 = 12"]);
  expect(read("ones_op1_counterfactual")[0]).toBe("1 + 3 = 41 + 3 = 44");
});

test("rows of EAP-IG's greater-than keep a year's own join, in every split of either form", () => {
  const file = join(temporaryFolder(), "years.csv");
  const years = (from: number) => `The plan lasted from the year ${from} to the year 16`;
  const starts = Array.from({ length: 20 }, (_, i) => 20 + i);
  const lines = starts.map((start) => `${years(1600 + start)},${years(1601)},${start}`);
  writeFileSync(file, ["clean,corrupted,label", ...lines].join("\n"));
  const tokenizer = wordTokenizer({ digits: 2 });
  for (const form of ["same", "paper"] as const) {
    const shares = { validation: 0, circuit: 0 };
    const { rows } = importAll({}, { files: { all: [file] }, shares, tokenizer, form });
    expect(rows.length).toBe(20);
    for (const { clean, answer, answerToken } of rows) {
      expect(clean.endsWith(" year 16")).toBe(true);
      expect(tokenizer.encode(`${clean}${answer}`).at(-1)).toBe(answerToken);
    }
  }
});
