import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadTokenizer, type Tokenizer } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { buildTokenizer, TASK_TEXTS } from "./build-tokenizer.ts";
import { LARGEST } from "./documents/draw.ts";
import { MIXTURES, sampleDocuments } from "./mixture.ts";

const folder = join(import.meta.dirname, "../../../../models/nano");

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer(folder);
});

test("the recipe builds the committed files", () => {
  for (const [name, text] of Object.entries(buildTokenizer().files)) {
    expect(readFileSync(join(folder, name), "utf8")).toBe(text);
  }
});

test("every word of the mixtures and of the tasks has a token", () => {
  const documents = Object.values(MIXTURES).flatMap((mixture) => sampleDocuments(mixture, 11, 5_000));
  const unknown = [...TASK_TEXTS, ...documents].filter((text) =>
    tokenizer.encode(text).includes(tokenizer.unknown!),
  );
  expect(unknown).toEqual([]);
});

test("numbers up to the largest are one token, larger ones are unknown", () => {
  for (let n = 0; n <= LARGEST; n++) expect(tokenizer.singleToken(String(n))).toBe(3 + n);
  expect(tokenizer.singleToken(String(LARGEST + 1))).toBeUndefined();
});

// The ids of Hugging Face tokenizers in Python on the committed file.
test.each([
  ["Calculate 72 - 46 =\n", [1066, 75, 1032, 49, 1037, 2]],
  ["y=5x+75. Given x=1,2", [1188, 1037, 8, 1187, 1030, 78, 1033, 1104, 1187, 1037, 4, 1031, 5]],
  ["LCM(20, 160) = 160,\n\n", [1126, 1027, 23, 1031, 163, 1028, 1037, 163, 1031, 2, 2]],
  ["  a\t b\u00a0c 1024 Ünïcode <bos> x \r\n 5", [1039, 1053, 0, 1065, 0, 0, 0, 0, 0, 1, 1187, 2, 8]],
])("%j has the same ids as in Python", (text, ids) => {
  expect([...tokenizer.encode(text)]).toEqual(ids);
});
