import { describe, expect, test } from "vitest";
import { mibRow } from "./mib-rows.ts";

/** Rows with the columns of MIB's data sets; texts are shortened. */
const ioi = {
  template: "{name_A} and {name_B} went ...",
  metadata: { indirect_object: "Mary", subject: "John", random_c: "Ann" },
  prompt: "Mary and John went to the store. John gave a ring to",
  choices: ["John", "Mary"],
  answerKey: 1,
  abc_counterfactual: {
    prompt: "Ann and Sam went to the store. Eve gave a ring to",
    choices: ["Sam", "Ann"],
    answerKey: 1,
  },
  s2_io_flip_counterfactual: {
    prompt: "Mary and John went to the store. Mary gave a ring to",
    choices: ["John", "Mary"],
    answerKey: 0,
  },
};
const arithmetic = {
  idx: 3,
  prompt: "The sum of 13 and 25 is",
  label: "38",
  operator: "+",
  random_counterfactual: { label: 90, operand1: 41, operand2: 49, prompt: "The sum of 41 and 49 is" },
};
const mcqa = {
  prompt: "A box is red. What color is it?\nA. gray\nB. red\nC. tan\nAnswer:",
  choices: { label: ["A", "B", "C"], text: ["gray", "red", "tan"] },
  answerKey: 1,
  symbol_counterfactual: {
    prompt: "A box is red. What color is it?\n1. gray\n2. red\n3. tan\nAnswer:",
    choices: { label: [1, 2, 3], text: ["gray", "red", "tan"] },
    answerKey: 1,
  },
};

/** The pair of a row that is read. */
function pairOf(row: Record<string, unknown>, counterfactual?: string) {
  const found = mibRow(row, counterfactual);
  if (found === undefined || typeof found === "string") throw new Error(`not read: ${found}`);
  return found.pair;
}

describe("a row of MIB is a pair, with the counterfactual of its circuit track", () => {
  test.each([
    ["ioi", ioi, { corrupted: ioi.s2_io_flip_counterfactual.prompt, answer: "Mary", wrong: "John" }],
    ["arithmetic", arithmetic, { corrupted: "The sum of 41 and 49 is", answer: "38", wrong: "90" }],
    ["mcqa", mcqa, { corrupted: mcqa.symbol_counterfactual.prompt, answer: "B", wrong: "2" }],
  ])("%s", (_, row, expected) => {
    expect(pairOf(row)).toEqual({ clean: row.prompt, ...expected });
  });
});

test("another counterfactual keeps IOI's wrong answer, the subject", () => {
  expect(pairOf(ioi, "abc_counterfactual")).toMatchObject({
    corrupted: ioi.abc_counterfactual.prompt,
    answer: "Mary",
    wrong: "John",
  });
  expect(mibRow(ioi, "xyz_counterfactual")).toBe(
    "there is no counterfactual `xyz_counterfactual`: the row has abc_counterfactual, s2_io_flip_counterfactual",
  );
  const { s2_io_flip_counterfactual: _, ...rest } = ioi;
  expect(mibRow(rest)).toBe("name the counterfactual to use: the row has abc_counterfactual");
});

test("rows that MIB leaves out for want of a counterfactual have an empty corrupted prompt", () => {
  for (const missing of [null, { prompt: null, label: null }]) {
    expect(pairOf({ ...arithmetic, random_counterfactual: missing })).toMatchObject({ corrupted: "" });
  }
});

test("rows without an answer are refused, other objects left to the usual names", () => {
  expect(mibRow({ prompt: "a", entity: "b", symbol_counterfactual: { prompt: "c" } })).toContain(
    "has no answer",
  );
  expect(mibRow({ ...ioi, answerKey: 2 })).toContain("has no answer");
  expect(mibRow({ clean: "a", corrupted: "b", answer: "c" })).toBeUndefined();
  expect(mibRow({ prompt: "a", label: "b" })).toBeUndefined();
});
