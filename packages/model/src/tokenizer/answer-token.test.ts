import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../testing/byte-tokenizer.ts";
import { answerToken, bareAnswer, describeAnswer, endPrompt } from "./answer-token.ts";

const tokenizer = await byteTokenizer();
const [bare, spaced] = [tokenizer.singleToken("17"), tokenizer.singleToken(" 17")];

describe("an answer follows its prompt", () => {
  test("after a space, whether it is written with one or not", () => {
    expect(answerToken(tokenizer, "5 + 12 =", "17")).toBe(spaced);
    expect(answerToken(tokenizer, "5 + 12 =", " 17")).toBe(spaced);
    expect(answerToken(tokenizer, "5 + 12 =\n", " 17")).toBe(bare);
  });

  test("on the next line, which the prompt ends before", () => {
    const prompt = endPrompt("5 + 12 =", "newline");
    expect(prompt).toBe("5 + 12 =\n");
    expect(endPrompt(prompt, "newline")).toBe(prompt);
    expect(answerToken(tokenizer, prompt, " 17", "newline")).toBe(bare);
  });

  test("letter by letter", () => {
    expect(answerToken(tokenizer, "5 + 12 =", "17", "none")).toBe(bare);
    expect(answerToken(tokenizer, "5 + 12 =", " 17", "none")).toBe(spaced);
    expect(bareAnswer(" 17", "none")).toBe(" 17");
  });
});

describe("an answer is not", () => {
  test("a token that follows only because the prompt's end merges with the rest", () => {
    expect(answerToken(tokenizer, "5 = 7", "11", "none")).toBeUndefined(); // " 7" becomes " 71", then "1"
  });

  test("the unknown token", () => {
    const words = ["<bos>", "<unknown>", "5", "="];
    const encode = (text: string) =>
      Int32Array.from(text.split(" "), (word) => (words.includes(word) ? words.indexOf(word) : 1));
    const wordLevel = { encode, bos: 0, unknown: 1 };
    expect(answerToken(wordLevel, "5 =", "5")).toBe(2);
    expect(answerToken(wordLevel, "5 =", "zebra")).toBeUndefined();
  });
});

describe("why an answer is not one token is said", () => {
  test.each([
    ["its pieces", "5 =", "711", '"711" is 2 tokens: " 71", "1"'],
    ["what it merges with", "5 = ", "17", '"17" merges with the end of its prompt: " " becomes " 17"'],
    ["that there is none", "5 =\n", "", '"" has no token'],
    ["its length, if it is too long to be a word", "5 =", "9".repeat(2_000), "it has 2000 characters"],
  ])("%s", (_, prompt, answer, reason) => {
    expect(answerToken(tokenizer, prompt, answer)).toBeUndefined();
    expect(describeAnswer(tokenizer, prompt, answer)).toBe(reason);
  });
});
