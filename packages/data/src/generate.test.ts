import type { DatasetRow } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { wordTokenizer } from "../../model/src/testing/word-tokenizer.ts";
import { findTask } from "./find-task.ts";
import { type GenerateRequest, generate } from "./generate.ts";
import { tasks } from "./tasks/index.ts";
import { expectDisjoint } from "./testing/expect-disjoint.ts";
import { kinds } from "./testing/samples.ts";

const words = wordTokenizer();
/** Splits years after the century, as greater-than needs. */
const pairsOfDigits = wordTokenizer({ digits: 2 });
const tokenizerOf = (task: string) => (task === "greater-than" ? pairsOfDigits : words);

type Changes = Partial<GenerateRequest> & { options?: object };

/** 400 examples, or as `changes` say. */
function dataset(task: string, { options = {}, ...changes }: Changes = {}): DatasetRow[] {
  const sampler = findTask(task).sampler(options);
  const shares = { circuit: sampler.defaults.circuit, validation: 0.05 };
  const tokenizer = tokenizerOf(task);
  return generate({ sampler, tokenizer, examples: 400, shares, form: "same", seed: 0, ...changes });
}

const names = tasks.map(({ name }) => name);

describe.each(names)("a dataset of %s", (name) => {
  const rows = dataset(name);
  const tokenizer = tokenizerOf(name);

  test("is sorted by split and numbered without a gap", () => {
    expect(rows.map(({ example }) => example)).toEqual([...rows.keys()]);
    expect([...new Set(rows.map(({ split }) => split))]).toEqual(["train", "validation", "circuit"]);
  });

  test("has no clean prompt twice and no prompt in two splits, clean or corrupted", () => {
    expect(new Set(rows.map(({ clean }) => clean)).size).toBe(400);
    expect(expectDisjoint(rows).size).toBe(3);
  });

  test("has pairs of equal length that begin with BOS and differ", () => {
    for (const { clean, corrupted, cleanTokens, corruptedTokens } of rows) {
      expect(cleanTokens).toEqual([tokenizer.bos, ...tokenizer.encode(clean)]);
      expect(corruptedTokens).toEqual([tokenizer.bos, ...tokenizer.encode(corrupted)]);
      expect(corruptedTokens.length).toBe(cleanTokens.length);
      expect(corruptedTokens).not.toEqual(cleanTokens);
    }
  });

  test("has no word that the tokenizer does not know", () => {
    for (const row of rows)
      expect([...row.cleanTokens, ...row.corruptedTokens]).not.toContain(tokenizer.unknown);
  });

  test("has answers of one token, two different ones per pair", () => {
    for (const row of rows) {
      expect(row.answerToken).toBe(tokenizer.singleToken(row.answer));
      expect(row.corruptedAnswerToken).toBe(tokenizer.singleToken(row.corruptedAnswer) ?? null);
      expect(row.answer).not.toBe(row.corruptedAnswer);
    }
  });

  test("is the same for the same seed and another for another", () => {
    expect(dataset(name)).toEqual(rows);
    expect(dataset(name, { seed: 1 })).not.toEqual(rows);
  });
});

describe("splits", () => {
  test("have the requested shares; the rest is trained on", () => {
    const rows = dataset("function", { examples: 101, shares: { circuit: 0.2, validation: 0.1 } });
    expect(kinds(rows.map(({ split }) => ({ kind: split })))).toEqual({
      train: 71,
      validation: 10,
      circuit: 20,
    });
  });

  test("include a test split if asked for", () => {
    const shares = { circuit: 0.2, validation: 0.1, test: 0.3 };
    const rows = dataset("function", { examples: 100, shares });
    expect(kinds(rows.map(({ split }) => ({ kind: split })))).toEqual({
      train: 40,
      validation: 10,
      circuit: 20,
      test: 30,
    });
    const splitOf = new Map(rows.map(({ clean, split }) => [clean, split]));
    for (const { corrupted, split } of rows) expect(splitOf.get(corrupted) ?? split).toBe(split);
  });

  test("have each kind equally often, give or take one", () => {
    const rows = dataset("lcm", { examples: 400 });
    for (const split of ["train", "validation", "circuit"]) {
      const counts = Object.values(kinds(rows.filter((row) => row.split === split)));
      expect(counts.length).toBe(3);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  test("share no question that can be asked in several ways", () => {
    const question = ({ clean }: DatasetRow) =>
      clean
        .match(/(\d+) \* (\d+) =$/)
        ?.slice(1)
        .map(Number)
        .sort((a, b) => a - b)
        .join();
    const rows = dataset("mul-div", { examples: 2_000 }).filter(({ kind }) => kind === "mul");
    const circuit = new Set(rows.filter(({ split }) => split === "circuit").map(question));
    expect(rows.filter((row) => row.split !== "circuit" && circuit.has(question(row)))).toEqual([]);
  });

  test("leave the rare kind of a task to all of them", () => {
    const rows = dataset("sequence", { examples: 3_000 }).filter(({ kind }) => kind === "geometric");
    expect(rows.filter(({ split }) => split === "train").length).toBeGreaterThan(rows.length / 2);
  });

  test("keep a sum and a difference of the same operands together", () => {
    const splitOf = new Map<string, string>();
    for (const { clean, split } of dataset("add-sub", { examples: 5_000 })) {
      const family = clean.replace(/ [+-] /, " ");
      expect(splitOf.get(family) ?? split).toBe(split);
      splitOf.set(family, split);
    }
  });
});

describe('form "paper"', () => {
  const rows = dataset("add-sub", { form: "paper" });

  test("ends prompts in a newline except those of the circuit split", () => {
    for (const { split, clean, corrupted, cleanTokens } of rows) {
      const end = split === "circuit" ? "=" : "=\n";
      expect(clean.endsWith(end) && corrupted.endsWith(end)).toBe(true);
      expect(cleanTokens.at(-1)).toBe(words.singleToken(split === "circuit" ? "=" : "\n"));
    }
  });

  test('asks the same as form "same" and keeps splits as far apart', () => {
    const bare = (row: DatasetRow) => [row.clean.trimEnd(), row.corrupted.trimEnd(), row.answer];
    expect(rows.map(bare)).toEqual(dataset("add-sub").map(bare));
    expect(expectDisjoint(rows).size).toBe(3);
  });

  test("is refused for a tokenizer that drops newlines", () => {
    const request = () => dataset("add-sub", { form: "paper", tokenizer: wordTokenizer({ newline: false }) });
    expect(request).toThrow('form "paper" ends prompts in a newline, which has no token in this tokenizer');
  });
});

describe("a task that has too few pairs", () => {
  test("says how many were asked for and how many exist", () => {
    const request = () => dataset("add-sub", { options: { within: 2 }, examples: 5_000 });
    expect(request).toThrow(
      "task `add-sub` has too few different examples of kind `add`: 2,500 asked, 3 exist",
    );
  });

  test("says how many draws each rule rejected, with the first", () => {
    const request = () => dataset("add-sub", { tokenizer: wordTokenizer({ largest: 9 }) });
    expect(request).toThrow(
      /draws rejected:\n {2}- the answer is not one token: [\d,]+\n {6}"Calculate .*: \d+ \+ \d+ =": "\d+" is unknown/,
    );
  });

  test("says to choose another model if its tokenizer has none of the words", () => {
    const request = () => dataset("ioi", { tokenizer: { ...words, singleToken: () => undefined } });
    expect(request).toThrow(
      /200 asked, 0 exist; draws rejected:\n {2}- a term of the prompt is not one token: [\d,]+\n[\s\S]*choose a model whose tokenizer has the task's words/,
    );
  });

  test("distinguishes pairs that do not exist from pairs that fit in no split", () => {
    const shares = { circuit: 0.5, validation: 0 };
    const request = () => dataset("add-sub", { options: { within: 20 }, examples: 420, shares });
    expect(request).toThrow(/210 asked, \d+ fit in splits that share no prompt/);
  });

  test("is refused with the same message if corrupted answers must be tokens and there are none", () => {
    expect(() => dataset("sequence", { corruptedAnswerIsToken: true })).toThrow("400 asked, 0 exist");
  });
});

test("rejected draws and lost corrupted answers are counted", () => {
  const notes: string[] = [];
  dataset("mul-div", { note: (text) => notes.push(text) });
  dataset("add-sub", { options: { within: 900 }, note: (text) => notes.push(text) });
  dataset("add-sub", { note: (text) => notes.push(text) });
  expect(notes).toEqual([
    expect.stringMatching(
      /^[\d,]+ of [\d,]+ draws rejected: a prompt has a word that the tokenizer does not know \([\d,]+, first "Calc/,
    ),
    expect.stringMatching(
      /^[\d,]+ of [\d,]+ draws rejected: the answer is not one token \([\d,]+, first "Calc/,
    ),
    expect.stringMatching(
      /^kept without a token: the corrupted answer is not one token \([\d,]+, first "Calc/,
    ),
  ]);
});

test("words of several tokens are in no pair, and a note names them", () => {
  const long = ["Mary", "Cody"];
  const singleToken = (text: string) => (long.includes(text.trim()) ? undefined : words.singleToken(text));
  const notes: string[] = [];
  const tokenizer = { ...words, singleToken };
  const rows = dataset("ioi", {
    tokenizer,
    options: { corruption: "third-name" },
    note: (text) => notes.push(text),
  });
  for (const { clean, corrupted } of rows) expect(`${clean} ${corrupted}`).not.toMatch(/Mary|Cody/);
  expect(notes[0]).toMatch(/draws rejected: a term of the prompt is not one token/);
  expect(notes[1]).toMatch(
    /^no prompt has 2 of the task's words, which are not one token: (Mary, Cody|Cody, Mary)$/,
  );
});

test("corrupted answers are one token if the task or the request asks for it", () => {
  const rows = [
    ...dataset("mul-div"),
    ...dataset("add-sub", { options: { within: 900 }, corruptedAnswerIsToken: true }),
  ];
  expect(rows.filter((row) => row.corruptedAnswerToken === null)).toEqual([]);
  const any = dataset("add-sub", { options: { within: 900 } });
  expect(any.some((row) => row.corruptedAnswerToken === null)).toBe(true);
});
