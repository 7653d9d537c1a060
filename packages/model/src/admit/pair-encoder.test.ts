import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../testing/byte-tokenizer.ts";
import { loadTokenizer } from "../tokenizer/load-tokenizer.ts";
import { type EncodablePair, type EncodedPair, type EncoderOptions, PairEncoder } from "./pair-encoder.ts";
import type { Rejection } from "./reasons.ts";

/** Word-level, with numbers up to 999 and an unknown token. */
const nano = await loadTokenizer(join(import.meta.dirname, "../../../../models/nano"));
const bytes = await byteTokenizer();
const pair = { clean: "5 + 3 =", corrupted: "5 + 4 =", answer: "8", corruptedAnswer: "9" };
const limits = { vocabulary: nano.vocabulary, maxPositions: 128 };

function encode(changes: Partial<EncodablePair> = {}, options: EncoderOptions = {}, tokenizer = nano) {
  return new PairEncoder(tokenizer, { limits, ...options }).encode({ ...pair, ...changes });
}

/** Fails if the pair is rejected. */
function encoded(...given: Parameters<typeof encode>): EncodedPair {
  const found = encode(...given);
  if ("reason" in found) throw new Error(`${found.reason}: ${found.detail?.()}`);
  return found;
}

/** The reason and the detail of a pair's rejection. */
function rejection(...given: Parameters<typeof encode>): string {
  const found = encode(...given);
  if (!("reason" in found)) throw new Error("the pair was accepted");
  const { reason, detail }: Rejection = found;
  return detail ? `${reason}: ${detail()}` : reason;
}

test("a pair of text becomes tokens, BOS first and only once", () => {
  const found = encoded();
  expect(found.cleanTokens).toEqual([nano.bos, ...nano.encode("5 + 3 =")]);
  expect(found.corruptedTokens).toEqual([nano.bos, ...nano.encode("5 + 4 =")]);
  expect([found.answerToken, found.corruptedAnswerToken]).toEqual([
    nano.singleToken("8"),
    nano.singleToken("9"),
  ]);
  const marked = { clean: "<|endoftext|>5 + 3 =", corrupted: "<|endoftext|>5 + 4 =" };
  expect(encoded(marked, {}, bytes).cleanTokens).toEqual(encoded({}, {}, bytes).cleanTokens);
});

test("answers are joined to prompts as configured, and recorded without the joining text", () => {
  const spaced = { answer: " 8", corruptedAnswer: " 9" };
  const [alone, withSpace] = [bytes.singleToken("8"), bytes.singleToken(" 8")];
  for (const answers of [{}, spaced]) {
    expect(encoded(answers, {}, bytes)).toMatchObject({ answer: "8", answerToken: withSpace });
    const nextLine = encoded(answers, { join: "newline" }, bytes);
    expect(nextLine).toMatchObject({ clean: "5 + 3 =\n", answer: "8", answerToken: alone });
    expect(nextLine.cleanTokens.at(-1)).toBe(bytes.singleToken("\n"));
  }
  expect(encoded({}, { join: "none" }, bytes)).toMatchObject({ answer: "8", answerToken: alone });
  expect(encoded(spaced, { join: "none" }, bytes)).toMatchObject({ answer: " 8", answerToken: withSpace });
});

test("answers may be token ids after text, and prompts too without any tokenizer", () => {
  const answers = { answer: nano.singleToken("8")!, corruptedAnswer: nano.singleToken("9")! };
  expect(encoded(answers)).toEqual(encoded());
  const ids = { clean: [1, 5, 7], corrupted: [1, 6, 7], answer: 8, corruptedAnswer: 9 };
  expect(new PairEncoder(undefined, { limits }).encode(ids)).toMatchObject({
    cleanTokens: [1, 5, 7],
    corruptedTokens: [1, 6, 7],
    answerToken: 8,
    corruptedAnswerToken: 9,
  });
  const { cleanTokens, corruptedTokens } = encoded();
  expect(encoded({ ...answers, clean: cleanTokens, corrupted: corruptedTokens })).toEqual(encoded());
});

describe("a pair that cannot be used is rejected with reason and detail", () => {
  test.each<[string, Partial<EncodablePair>, EncoderOptions?]>([
    ["a prompt is empty", { clean: " " }],
    ["the answer is empty", { answer: " " }],
    ['both prompts are the same: "5 + 3 ="', { corrupted: pair.clean }],
    ['both prompts are the same: "5 + 3 =" and "5  +  3 ="', { corrupted: "5  +  3 =" }],
    ['both prompts have the same answer: "8"', { corruptedAnswer: " 8" }],
    ['the answer is not one token: "8 8" is 2 tokens: "8", "8"', { answer: "8 8" }],
    ['the answer is not one token: "7777" is unknown to the tokenizer', { answer: "7777" }],
    ["the two prompts differ in their number of tokens: 5 and 4", { corrupted: "5 4 =" }],
    ['a prompt has a word that the tokenizer does not know: "zebra"', { clean: "zebra + 3 =" }],
    ['a prompt has a word that the tokenizer does not know: "\u2212"', { corrupted: "5\u22124 =" }],
    ["the corrupted answer is missing", { corruptedAnswer: "" }, { corruptedAnswerIsToken: true }],
    [
      'the corrupted answer is not one token: "9 0" is 2 tokens: "9", "0"',
      { corruptedAnswer: "9 0" },
      { corruptedAnswerIsToken: true },
    ],
    ['a term of the prompt is not one token: "3 3" is 2 tokens: "3", "3"', { terms: ["5", "3 3"] }],
    [
      "a token is not in the model's vocabulary: token 5000; tokens run from 0 to 1191",
      { clean: [1, 2], corrupted: [1, 5000] },
    ],
    ["a token is not in the model's vocabulary: token 1192; tokens run from 0 to 1191", { answer: 1192 }],
    ...[-1, 2.5].map((token): [string, Partial<EncodablePair>] => [
      `a token is not in the model's vocabulary: token ${token}; tokens run from 0 to 1191`,
      { clean: [1, token], corrupted: [1, 2] },
    ]),
    [
      "a token is not in the model's vocabulary: token 1192; tokens run from 0 to 1191",
      { corruptedAnswer: 1192 },
    ],
    ["a prompt is empty", { clean: [], corrupted: [] }],
    [
      'both prompts have the same answer: "1"',
      { clean: [1, 2], corrupted: [1, 3], answer: 4, corruptedAnswer: 4 },
    ],
    ["the two prompts differ in their number of tokens: 2 and 1", { clean: [1, 2], corrupted: [1] }],
    [
      "a prompt is too long: 4,097 characters, for a context of 128 tokens",
      { clean: "5 + 3 =".padStart(32 * 128 + 1) },
    ],
    ["the answer is not one token: it has 3000000 characters", { answer: "a".repeat(3_000_000) }],
  ])("%s", (expected, changes, options) => {
    expect(rejection(changes, options)).toBe(expected);
  });

  test("in pieces, for a tokenizer without unknown words", () => {
    expect(rejection({ answer: "711" }, {}, bytes)).toBe(
      'the answer is not one token: "711" is 2 tokens: " 71", "1"',
    );
    expect(rejection({ clean: "5 + 3 = ", corrupted: "5 + 4 = " }, {}, bytes)).toBe(
      'the answer is not one token: "8" merges with the end of its prompt: " " becomes " 8"',
    );
    expect(rejection({ corrupted: "5 +  4 " }, { corruptedAnswerIsToken: true }, bytes)).toBe(
      'the corrupted answer is not one token: "9" merges with the end of its prompt: " " becomes " 9"',
    );
  });
});

describe("token ids as answers to text", () => {
  const id = (text: string) => bytes.singleToken(text)!;

  test("are tokens that this tokenizer finds after the prompts", () => {
    const spaced = { answer: id(" 8"), corruptedAnswer: id(" 9") };
    expect(encoded(spaced, {}, bytes)).toEqual(encoded({}, {}, bytes));
    const bare = { answer: id("8"), corruptedAnswer: id("9") };
    expect(encoded(bare, { join: "none" }, bytes)).toEqual(encoded({}, { join: "none" }, bytes));
  });

  test("are rejected if it would find other tokens, or has none of that number", () => {
    const reason = "an answer's token id is not what follows its prompt in this tokenizer";
    const open = { clean: "5 + 3 = 1", corrupted: "5 + 4 = 1" };
    expect(rejection({ ...open, answer: id("8") }, {}, bytes)).toBe(`${reason}: token ${id("8")} is "8"`);
    const wrong = { ...open, answer: id(" 8"), corruptedAnswer: id("9") };
    expect(rejection(wrong, {}, bytes)).toBe(`${reason}: token ${id("9")} is "9"`);
    const padded = { limits: { ...limits, vocabulary: bytes.vocabulary + 10 } };
    expect(rejection({ answer: bytes.vocabulary }, padded, bytes)).toBe(
      `${reason}: it has no token ${bytes.vocabulary}`,
    );
  });
});

test("a pair may say how its own answer is joined, whatever the choice for the file", () => {
  for (const join of ["space", "newline"] as const) {
    expect(encoded({ join: "none" }, { join }, bytes)).toEqual(encoded({}, { join: "none" }, bytes));
  }
});

test("the second part of a word must be one token after the first", () => {
  const parts = (...two: [string, string]) => ({ parts: [["5", "+"] as const, two] });
  expect(encoded(parts("557", "1"), {}, bytes)).toEqual(encoded({}, {}, bytes));
  expect(rejection(parts("17", "5"), {}, bytes)).toBe(
    'a word of the prompt is not split where it must be: "5" merges with the end of its prompt: " 17" becomes " 175"',
  );
});

test("a prompt may have 32 characters for each token of the context", () => {
  expect(encoded({ clean: "5 + 3 =".padStart(32 * 128) }).cleanTokens).toEqual(encoded().cleanTokens);
});

test("the token of a corrupted answer that is not one token is null if that is allowed", () => {
  expect(encoded({ corruptedAnswer: "9 0" })).toMatchObject({
    corruptedAnswer: "9 0",
    corruptedAnswerToken: null,
  });
  expect(encoded({ corruptedAnswer: "" })).toMatchObject({ corruptedAnswer: "", corruptedAnswerToken: null });
});

test("prompts cannot end in a newline that the tokenizer treats as white space", () => {
  const dropping = { ...nano, encode: (text: string) => nano.encode(text.replaceAll("\n", " ")) };
  expect(() => new PairEncoder(dropping, { join: "newline" })).toThrow(
    "prompts end in a newline, which has no token in this tokenizer",
  );
});
