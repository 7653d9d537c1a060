import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { answerToken } from "./answer-token.ts";
import { loadTokenizer } from "./load-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** tokenizer.json of the Pythia models, which is too large to be part of the repository. */
const file = join(import.meta.dirname, "../../../../../shared/reference/pythia-tokenizer.json");
const present = existsSync(file);
if (!present) console.warn(`skipped: Pythia's tokenizer is not at ${file}`);

/** Ids from tokenizers 0.23.2 in Python: Tokenizer.from_file(file).encode(text).ids. */
const expected: [string, number[]][] = [
  [
    "Calculate the result of the following arithmetic expression and provide only the final answer: 72 - 46 =",
    [5850, 253, 906, 273, 253, 1563, 27844, 2048, 285, 2085, 760, 253, 2457, 3662, 27, 8187, 428, 7904, 426],
  ],
  [
    "Derive the following sequence: 4, 8, 16, 32,",
    [19932, 422, 253, 1563, 3425, 27, 577, 13, 854, 13, 1668, 13, 4567, 13],
  ],
  ["(61 - 45) * 45 =", [9, 3832, 428, 5329, 10, 475, 5329, 426]],
  ["y=80,85,90, 95", [90, 30, 1438, 13, 2227, 13, 2270, 13, 5325]],
  ["a<|endoftext|>b", [66, 0, 67]],
  ["naïve  \n\t日本", [2072, 30180, 50276, 187, 186, 49868]],
  ["", []],
];

describe.skipIf(!present)("Pythia's tokenizer (skipped where its file is not there)", () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(file);
  });

  test.each(expected)("gives the ids of the Python library: %j", (text, ids) => {
    expect([...tokenizer.encode(text)]).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test("begins sequences with <|endoftext|> without a config that says so", () => {
    expect(tokenizer.bos).toBe(0);
    expect(tokenizer.vocabulary).toBe(50_277);
    expect(tokenizer.unknown).toBeUndefined();
  });

  test("has one token for a number after a space up to 557, not for all above", () => {
    const single = (n: number) => tokenizer.singleToken(` ${n}`) !== undefined;
    expect(Array.from({ length: 558 }, (_, n) => n).every(single)).toBe(true);
    expect([558, 563, 566, 1234].some(single)).toBe(false);
    expect(tokenizer.singleToken(" 26")).toBe(3436);
    expect(tokenizer.singleToken("26")).toBe(1731);
    expect(tokenizer.singleToken("")).toBeUndefined();
  });

  test("continues a prompt with the answer's token after a space", () => {
    expect(answerToken(tokenizer, "72 - 46 =", "26")).toBe(3436);
    expect(answerToken(tokenizer, "y=80,85,90,", "95")).toBe(5325);
    expect(answerToken(tokenizer, "72 - 46 =", "558")).toBeUndefined();
  });

  test("continues a prompt that ends in white space directly", () => {
    expect(answerToken(tokenizer, "72 - 46 =\n", "26")).toBe(1731);
  });

  test("has no answer token where the prompt's last token would change", () => {
    expect(answerToken(tokenizer, "72 - 46 = ", "26")).toBeUndefined();
  });
});
