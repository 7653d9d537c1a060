import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTokenizer } from "./open-tokenizer.ts";

const NANO = join(import.meta.dirname, "../../../../models/nano");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-tokenizer-"));
  for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"])
    cpSync(join(NANO, name), join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

function edit(name: string, change: (json: Record<string, unknown>) => void) {
  const json = JSON.parse(readFileSync(join(folder, name), "utf8"));
  change(json);
  writeFileSync(join(folder, name), JSON.stringify(json));
}

/** Adds a token to the tokenizer alone, and makes it the first of every prompt. */
function addBos(id: number) {
  edit("tokenizer.json", (json) => {
    (json.added_tokens as unknown[]).push({ id, content: "<start>", special: true, normalized: false });
  });
  edit("tokenizer_config.json", (json) => {
    json.bos_token = "<start>";
  });
}

test("a model folder's tokenizer comes with its config", async () => {
  const { tokenizer, config } = await openTokenizer(folder);
  expect(tokenizer.vocabulary).toBe(config.vocabulary);
});

test("a beginning-of-sequence token without a row in the embedding is refused with its id", async () => {
  addBos(1192);
  const error = await openTokenizer(folder).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  expect((error as Error).message).toMatch(
    /not in the model's vocabulary.*"<start>".*id 1192, but the model knows ids 0 to 1191.*resize/s,
  );
});

test("an embedding's spare row serves an added token", async () => {
  addBos(1192);
  edit("config.json", (json) => {
    json.vocab_size = 1193;
  });
  expect((await openTokenizer(folder)).tokenizer.bos).toBe(1192);
});
