import type { DatasetRow } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { RowEncoder } from "./row-encoder.ts";

/** Each is a token, the longest first; as in a byte-level BPE, one for a number after a space and one for it alone. */
const pieces = ["<bos>", " 17", "17", " 9", "9", " 3", "3", "=", "\n", " "];

function encode(text: string): Int32Array {
  const ids: number[] = [];
  for (let rest = text; rest !== ""; rest = rest.slice(pieces[ids.at(-1)!]!.length))
    ids.push(pieces.findIndex((piece) => rest.startsWith(piece)));
  return Int32Array.from(ids);
}

const tokenizer: Tokenizer = {
  encode,
  decode: (ids) => Array.from(ids, (id) => pieces[id]).join(""),
  singleToken: (text) => (encode(text).length === 1 ? encode(text)[0] : undefined),
  bos: 0,
  unknown: undefined,
  vocabulary: pieces.length,
};

const encoder = new RowEncoder(tokenizer, { vocabulary: pieces.length, maxPositions: 16 });

/** A row with the tokens of its prompts, answered by 17 and 9 as these tokens. */
function rowOf(
  end: string,
  [answerToken, corruptedAnswerToken]: [number, number | null],
  changes: Partial<DatasetRow> = {},
): DatasetRow {
  const [clean, corrupted] = [`3 3=${end}`, `9 3=${end}`];
  return {
    example: 0,
    split: "train",
    kind: "test",
    clean,
    corrupted,
    answer: "17",
    corruptedAnswer: "9",
    cleanTokens: [0, ...encode(clean)],
    corruptedTokens: [0, ...encode(corrupted)],
    answerToken,
    corruptedAnswerToken,
    ...changes,
  };
}

describe("a row is accepted unchanged, whatever joins its answers to its prompts", () => {
  test.each<[string, DatasetRow]>([
    ["a space", rowOf("", [1, 3])],
    ["nothing", rowOf("", [2, 4])],
    ["a newline", rowOf("\n", [2, 4])],
    ["nothing, before a sign that no token has after a space", rowOf("", [7, 4], { answer: "=" })],
    ["a space that the answer holds itself", rowOf("", [1, 3], { answer: " 17", corruptedAnswer: " 9" })],
    ["a space, the corrupted answer's token left out", rowOf("", [1, null])],
  ])("%s", (_, row) => {
    expect(encoder.encode(row)).toBe(row);
  });
});

test("its answers must be joined in the same way", () => {
  const rejected = encoder.encode(rowOf("", [1, 4]));
  expect(rejected).toMatchObject({ reason: "an answer's token is not that of its text" });
  expect("reason" in rejected && rejected.detail?.()).toBe(
    'column corruptedAnswerToken: 4 ("9"), not 3 (" 9")',
  );
});

test("the tokens of either prompt must be those of its text", () => {
  const { cleanTokens } = rowOf("", [1, 3]);
  const rejected = encoder.encode(rowOf("", [1, 3], { corruptedTokens: cleanTokens }));
  expect("reason" in rejected && rejected.detail?.()).toBe(
    'column corruptedTokens: token 1 is 6 ("3"), not 4 ("9")',
  );
});

test("a token that the text has and the row lacks is named", () => {
  const row = rowOf("", [1, 3]);
  const [cleanTokens, corruptedTokens] = [row.cleanTokens.slice(0, -1), row.corruptedTokens.slice(0, -1)];
  const rejected = encoder.encode({ ...row, cleanTokens, corruptedTokens });
  expect("reason" in rejected && rejected.detail?.()).toBe(
    'column cleanTokens: token 3 is missing, not 7 ("=")',
  );
});
