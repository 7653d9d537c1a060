import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadTokenizer } from "../tokenizer/load-tokenizer.ts";
import type { RowAction } from "./admission.ts";
import { type AdmitRequest, admitPairs } from "./admit-pairs.ts";
import { Tally } from "./tally.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-admission-"));
afterAll(() => rmSync(folder, { recursive: true }));
const tokenizer = loadTokenizer(join(import.meta.dirname, "../../../../models/nano"));
const file = join(folder, "pairs.csv");

/** Admits rows such as "5 + 3 =,5 + 4 =,8,9". */
async function admit(
  rows: readonly string[],
  choice: RowAction,
  changes: Partial<AdmitRequest> = {},
  lines: readonly string[] = ["clean,corrupted,label,corrupted_label", ...rows],
) {
  writeFileSync(file, [...lines, ""].join("\n"));
  const notes: string[] = [];
  const pairs = await admitPairs({
    file,
    limits: { vocabulary: 1192, maxPositions: 128 },
    tokenizer: () => tokenizer,
    unusable: { choice, remedy: "--unusable drop" },
    note: (text) => notes.push(text),
    ...changes,
  });
  return { pairs, notes };
}

const good = Array.from({ length: 40 }, (_, i) => `${i} + 3 =,${i} + 4 =,${i + 3},${i + 4}`);
const bad = Array.from({ length: 10 }, (_, i) => [
  `${i} + 3 =,${i} + 3 =,8,`,
  `zebra + ${i} =,5 + ${i} =,8,`,
]);
const counted = `
  - both prompts are the same: 10
      ${file}, line 42: "0 + 3 ="
      ${file}, line 44: "1 + 3 ="
      ${file}, line 46: "2 + 3 ="
  - a prompt has a word that the tokenizer does not know: 10
      ${file}, line 43: "zebra"
      ${file}, line 45: "zebra"
      ${file}, line 47: "zebra"`;

describe("rows that cannot be used", () => {
  test("are one error that counts all of them", async () => {
    await expect(admit([...good, ...bad.flat()], "error")).rejects.toThrow(
      `20 of 60 rows cannot be used${counted}\n  fix these rows, or leave them out: --unusable drop`,
    );
  });

  test("or are left out, with the same counts", async () => {
    const { pairs, notes } = await admit([...good, ...bad.flat()], "drop");
    expect(pairs.length).toBe(40);
    expect(notes).toEqual([`left out 20 of 60 rows${counted}`]);
  });

  test("are an error in any case if no row remains", async () => {
    await expect(admit(bad.flat(), "drop")).rejects.toThrow("no row can be used\n  - both prompts");
  });
});

test("token ids of another tokenizer are an error, also where unusable rows are left out", async () => {
  const header = "clean,corrupted,correct_idx";
  const [known, special] = [(await tokenizer).singleToken("8"), 0];
  const rows = [`5 + 3 =,5 + 4 =,${known}`, `6 + 3 =,6 + 4 =,${special}`];
  const own = await admit([], "drop", {}, [header, ...rows.slice(0, 1)]);
  expect(own.pairs.length).toBe(1);
  await expect(admit([], "drop", {}, [header, ...rows])).rejects.toThrow(
    /1 of 2 rows cannot be used\n.*token id is not what follows its prompt in this tokenizer: 1\n[\s\S]*use the model that the file was made for, or give the answers as text/,
  );
});

describe("usable rows get a warning, with their number and the first place", () => {
  test("if an optional value was lost", async () => {
    const { pairs, notes } = await admit(
      [...good, "7 + 3 =,7 + 4 =,10,1 1", "8 + 3 =,8 + 4 =,11,2 2"],
      "error",
    );
    expect(pairs.at(-1)!.corruptedAnswerToken).toBeNull();
    expect(notes).toEqual([
      `kept without a token: the corrupted answer is not one token (2, first ${file}, line 42: "1 1")`,
    ]);
    expect((await admit([...good, "7 + 3 =,7 + 4 =,10,"], "error")).notes).toEqual([]); // none was given
    const needed = admit(["7 + 3 =,7 + 4 =,10,1 1"], "error", { corruptedAnswerIsToken: true });
    await expect(needed).rejects.toThrow("the corrupted answer is not one token: 1");
  });

  test("if they are longer than the model's context", async () => {
    const long = "1 + ".repeat(64);
    const { pairs, notes } = await admit([...good, `${long}1 =,${long}2 =,7,8`], "error");
    expect(pairs.length).toBe(41);
    expect(notes).toEqual([
      `kept anyway: a prompt is longer than the model's context of 128 tokens (1, first ${file}, line 42: 131 tokens)`,
    ]);
    const longest = "1 + ".repeat(62);
    expect((await admit([`${longest}1 1 =,${longest}1 2 =,7,8`], "error")).notes).toEqual([]);
  });
});

test("a list has at most 17 lines below its title, however many reasons there are", () => {
  for (let reasons = 1; reasons <= 30; reasons++) {
    const tally = new Tally();
    for (let i = 0; i < 5 * reasons; i++) tally.add(`reason ${i % reasons}`, `line ${i}`);
    const lines = tally.list("title").split("\n");
    expect(lines.length).toBeLessThanOrEqual(1 + 17);
    expect(tally.total).toBe(5 * reasons);
    if (reasons <= 4) expect(lines.length).toBe(1 + 4 * reasons);
  }
});

/** Generous timeout on a busy machine for work of about a second, in milliseconds. */
const SECONDS = 10_000;

test("a line of 3 MB, or a million empty ones, takes seconds", { timeout: SECONDS }, async () => {
  const word = "a".repeat(3_000_000);
  await expect(admit([`${word} + 3 =,${word} + 4 =,7,8`], "error")).rejects.toThrow(
    "a prompt is too long: 1",
  );
  await expect(admit([`5 =,6 =,${word},8`], "error")).rejects.toThrow("the answer is not one token: 1");
  expect((await admit([...good, "\n".repeat(1_000_000)], "error")).pairs.length).toBe(40);
});
