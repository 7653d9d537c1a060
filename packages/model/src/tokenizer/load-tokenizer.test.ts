import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerToken } from "./answer-token.ts";
import { loadTokenizer } from "./load-tokenizer.ts";
import { encodePrompt } from "./tokenizer.ts";
import { wordLevelJson } from "./word-level.ts";

const words = ["<unk>", "<bos>", "plus", "is", "=", "-", ",", "1", "2", "12"];
const wordLevel = wordLevelJson(words);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenizer-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(changes: object = {}, config?: object) {
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ ...wordLevel, ...changes }));
  if (config) writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(config));
  return loadTokenizer(folder);
}

async function problem(loading: Promise<unknown>): Promise<string> {
  const error = await loading.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  return (error as Error).message;
}

describe("a word-level tokenizer", () => {
  test("takes words and numbers whole and ignores spaces", async () => {
    const { encode, decode } = await load();
    expect([...encode("1 Plus 12=2")]).toEqual([7, 2, 9, 4, 8]);
    expect(decode(encode("1 Plus 12=2"))).toBe("1 plus 12 = 2");
    expect(decode([])).toBe("");
  });

  test("knows its first token and its size without a config", async () => {
    const { bos, unknown, vocabulary } = await load();
    expect({ bos, unknown, vocabulary }).toEqual({ bos: 1, unknown: 0, vocabulary: 10 });
  });

  test("has no single token for a word outside of its vocabulary", async () => {
    const { encode, singleToken } = await load();
    expect([...encode("13 plus 2")]).toEqual([0, 2, 8]);
    expect(singleToken("13")).toBeUndefined();
    expect(singleToken(" 12")).toBe(9);
    expect(singleToken("1 2")).toBeUndefined();
  });

  test("has the same answer token with and without a space", async () => {
    const tokenizer = await load();
    expect(answerToken(tokenizer, "12 - 1 =", "2")).toBe(8);
    expect(answerToken(tokenizer, "12 - 1 = ", "2")).toBe(8);
    expect(answerToken(tokenizer, "12 - 1 =", "11")).toBeUndefined();
    expect(answerToken(tokenizer, "12 - 1 =", "1 2")).toBeUndefined();
  });

  test("names the piece it has no token for where it has none for unknown ones", async () => {
    const { unk_token: _, ...model } = wordLevel.model;
    const { encode } = await load({ model });
    expect(() => encode("1 plus 13")).toThrow(/no token for a piece.*place: "1 plus 13"\n {2}value: "13"/s);
  });
});

/** A BPE over bytes, as GPT-2 and Pythia have it, whose only words of several letters are "12" and " 12". */
const byteLevel = {
  added_tokens: [{ id: 0, content: "<|endoftext|>", special: true, normalized: false }],
  normalizer: { type: "NFC" },
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
  decoder: { type: "ByteLevel" },
  model: {
    type: "BPE",
    vocab: Object.fromEntries(
      ["<|endoftext|>", "Ġ", "1", "2", "12", "Ġ12", "="].map((word, id) => [word, id]),
    ),
    merges: ["1 2", "Ġ 12"],
  },
};

describe("a byte-level tokenizer whose unk, bos and eos are one token, as transformers writes a GPT-NeoX's", () => {
  const name = "<|endoftext|>";
  const wrapped = { content: name, lstrip: false, normalized: false, rstrip: false, single_word: false };

  test.each([
    ["text", { unk_token: name, bos_token: name, eos_token: name, tokenizer_class: "GPTNeoXTokenizer" }],
    ["objects", { unk_token: wrapped, bos_token: wrapped, eos_token: wrapped, extra_special_tokens: {} }],
    ["lists of others", { unk_token: name, bos_token: name, extra_special_tokens: ["<a>"], pad_token: null }],
  ])("has no unknown token: %s", async (_, config) => {
    const tokenizer = await load(byteLevel, config);
    expect({ bos: tokenizer.bos, unknown: tokenizer.unknown }).toEqual({ bos: 0, unknown: undefined });
    expect([...encodePrompt(tokenizer, "12 12=2")]).toEqual([0, 4, 5, 6, 3]);
    expect(answerToken(tokenizer, "12 12=", "12")).toBe(5);
  });

  test("has none either if the model itself names it", async () => {
    const model = { ...byteLevel.model, unk_token: name };
    expect((await load({ ...byteLevel, model }, { bos_token: name })).unknown).toBeUndefined();
  });

  test("never drops a byte that is not in its vocabulary", async () => {
    const { encode, singleToken } = await load(byteLevel, { unk_token: name, bos_token: name });
    expect(() => encode("12+2")).toThrow(/no token for a piece of the text.*place: "12\+2"/s);
    expect(singleToken("+")).toBeUndefined();
  });
});

describe("a prompt", () => {
  test("begins with the beginning-of-sequence token once, whether its text names it or not", async () => {
    const tokenizer = await load();
    expect([...encodePrompt(tokenizer, "1 plus")]).toEqual([1, 7, 2]);
    expect([...encodePrompt(tokenizer, "<bos>1 plus")]).toEqual([1, 7, 2]);
    expect([...encodePrompt(tokenizer, "<bos> 1 plus")]).toEqual([1, 7, 2]);
    expect([...encodePrompt(tokenizer, "1 <bos>")]).toEqual([1, 7, 1]);
    expect([...encodePrompt(tokenizer, "")]).toEqual([1]);
  });
});

describe("the beginning-of-sequence token", () => {
  test("is looked for in special_tokens_map.json if tokenizer_config.json has none", async () => {
    const map = { bos_token: { content: "plus", lstrip: false }, unk_token: "<unk>" };
    writeFileSync(join(folder, "special_tokens_map.json"), JSON.stringify(map));
    expect((await load({}, { bos_token: null, model_max_length: 1e30 })).bos).toBe(2);
    expect((await load({}, { bos_token: "<bos>" })).bos).toBe(1);
  });

  test("is the config's, given as text or as an object", async () => {
    expect((await load({}, { bos_token: "<unk>" })).bos).toBe(0);
    expect((await load({}, { bos_token: { content: "<unk>", lstrip: false } })).bos).toBe(0);
  });

  test("is suggested where the config misspells it", async () => {
    expect(await problem(load({}, { bos_token: "<boss>" }))).toMatch(
      /bos_token "<boss>" is not in its vocabulary.*Did you mean "<bos>"/s,
    );
  });

  test("is asked for where there is none", async () => {
    expect(await problem(load({ added_tokens: wordLevel.added_tokens.slice(0, 1) }))).toMatch(
      /no beginning-of-sequence token.*Set bos_token in tokenizer_config\.json/s,
    );
  });
});

describe("a tokenizer that cannot be read", () => {
  test("is named where it is missing", async () => {
    expect(await problem(loadTokenizer(folder))).toMatch(/no tokenizer\.json.*save_pretrained\(folder\)/s);
  });

  test("is named where it is not JSON", async () => {
    writeFileSync(join(folder, "tokenizer.json"), "{");
    expect(await problem(loadTokenizer(folder))).toMatch(/is not JSON/);
  });

  test("is recognised as a Git LFS pointer, whichever file it is", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    writeFileSync(join(folder, "tokenizer.json"), pointer);
    expect(await problem(loadTokenizer(folder))).toMatch(/a Git LFS pointer.*tokenizer\.json.*git lfs pull/s);
    writeFileSync(join(folder, "tokenizer_config.json"), pointer);
    expect(await problem(loadTokenizer(folder))).toMatch(/Git LFS pointer.*tokenizer_config\.json/s);
  });

  test("is not taken from outside of the model's folder", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "tokenizer-"));
    writeFileSync(join(elsewhere, "tokenizer.json"), JSON.stringify(wordLevel));
    symlinkSync(join(elsewhere, "tokenizer.json"), join(folder, "tokenizer.json"));
    expect(await problem(loadTokenizer(folder))).toMatch(/link points outside the model's folder/);
    rmSync(elsewhere, { recursive: true });
  });

  test.each([
    ["without a model", { model: undefined }, /model/],
    ["with a negative id", { model: { ...wordLevel.model, vocab: { a: -1 } } }, /model\.vocab/],
    ["with an added token without id", { added_tokens: [{ content: "<bos>" }] }, /added_tokens/],
    ["with a part the library does not know", { normalizer: { type: "Rot13" } }, /Rot13.*does not know/s],
  ])("is refused %s", async (_, change, message) => {
    expect(await problem(load(change))).toMatch(message);
  });
});

test("a part that the library stumbles over only when it is used is the file's fault", async () => {
  const { encode } = await load({
    pre_tokenizer: { type: "Split", pattern: { Regex: " " }, behavior: 5, invert: false },
  });
  expect(() => encode("1 plus 2")).toThrow(UserError);
  expect(() => encode("1 plus 2")).toThrow("the tokenizer cannot be used");
});
