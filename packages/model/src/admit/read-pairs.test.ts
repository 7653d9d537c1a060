import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "@ft/artifacts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readPairs } from "./read-pairs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ft-pairs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const notes: string[] = [];
function read(name: string, content: string | Uint8Array, counterfactual?: string) {
  const file = join(folder, name);
  writeFileSync(file, content);
  notes.length = 0;
  return readPairs(file, { counterfactual, note: (text) => notes.push(text) });
}

function refusal(name: string, content: string | Uint8Array): UserError {
  try {
    read(name, content);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${name} was read`);
}

const row = { clean: "1 + 1 =", corrupted: "1 - 1 =", answer: "2", wrong: "0", kind: "add" };
const other = { clean: "2 + 1 =", corrupted: "2 - 1 =", answer: " 3", wrong: "1", kind: "add" };
const csv = "clean,corrupted,answer,wrong,kind\n1 + 1 =,1 - 1 =,2,0,add\n2 + 1 =,2 - 1 =, 3,1,add\n";
const lines = `${JSON.stringify(row)}\n${JSON.stringify(other)}\n`;

describe("a pair is the same whatever its format", () => {
  const pairs = [row, other].map(({ wrong, ...pair }) => ({ ...pair, corruptedAnswer: wrong }));
  const places = (...places: string[]) => pairs.map((pair, i) => ({ ...pair, place: places[i] }));

  test.each([
    ["pairs.csv", csv],
    ["semicolons.csv", csv.replaceAll(",", ";")],
    ["tabs.csv", csv.replaceAll(",", "\t")],
    ["tabs.tsv", csv.replaceAll(",", "\t")],
    ["quoted.csv", csv.replaceAll(/[^,\n]+/g, '"$&"').replaceAll(",", ";")],
    ["pairs.jsonl", lines],
    ["pairs.json", JSON.stringify([row, other], null, 1)],
    ["lines.json", lines],
    ["pairs.txt", csv],
    ["lines.txt", lines],
    ["array.txt", ` \n${JSON.stringify([row, other])}`],
  ])("%s", (name, content) => {
    const array = content.trimStart().startsWith("[");
    const expected = array
      ? places("element 1", "element 2")
      : places(...(content.startsWith("{") ? ["line 1", "line 2"] : ["line 2", "line 3"]));
    expect(read(name, content)).toEqual(expected);
    expect(read(name, `\ufeff${content.replaceAll("\n", "\r\n")}`)).toEqual(expected);
    expect(notes).toEqual([]);
  });

  test("its parts may have the names in the paper's files and in EAP-IG's", () => {
    const first = (name: string, content: string) => {
      const { place: _, kind: __, ...pair } = read(name, content)[0]!;
      return pair;
    };
    const paper = { clean: "a", corrupted: "b", answer: "2", corruptedAnswer: "0" };
    expect(first("paper.csv", "corrupted_label,label,clean,corrupted\n0,2,a,b\n")).toEqual(paper);
    const object = { corrupted: "b", corruptedAnswer: "0", label: "2", clean: "a" };
    expect(first("paper.jsonl", JSON.stringify(object))).toEqual(paper);
    const library = { ...paper, answer: 262, corruptedAnswer: 5 };
    const text = "clean,corrupted,correct_idx,incorrect_idx\na,b,262,5.0\n";
    expect(first("eap-ig.csv", text)).toEqual(library);
    expect(
      first("eap-ig.json", '[{"clean":"a","corrupted":"b","correct_idx":262,"incorrect_idx":5}]'),
    ).toEqual(library);
  });

  test("rows of MIB are pairs in JSON Lines and JSON, with a note of what was ignored", () => {
    const other = { prompt: "41 + 49 =", label: 90 };
    const mib = { idx: 1, prompt: "13 + 25 =", label: "38", operator: "+", random_counterfactual: other };
    const pair = { clean: "13 + 25 =", corrupted: "41 + 49 =", answer: "38", corruptedAnswer: "90" };
    for (const content of [JSON.stringify(mib), JSON.stringify([mib])]) {
      expect(read("mib.json", content)).toMatchObject([pair]);
      expect(notes).toEqual([expect.stringContaining("ignored keys `idx`, `operator`")]);
    }
    expect(refusal("mib.json", JSON.stringify({ ...mib, label: null })).message).toContain(
      "it has no answer",
    );
  });

  test("EAP-IG's files are pairs: their index is ignored, another corruption is chosen by name", () => {
    const header = ",clean,corrupted,corrupted_hard,correct_idx,incorrect_idx";
    const content = `${header}\n470,"A, B. A to","A, B. C to","A, B. B to",47764,26757\n`;
    const pair = { clean: "A, B. A to", answer: 47764, corruptedAnswer: 26757 };
    expect(read("ioi.csv", content)).toMatchObject([{ ...pair, corrupted: "A, B. C to" }]);
    expect(notes).toEqual([expect.stringContaining("ignored columns (unnamed), `corrupted_hard`")]);
    expect(read("ioi.csv", content, "corrupted_hard")).toMatchObject([{ ...pair, corrupted: "A, B. B to" }]);
    expect(() => read("ioi.csv", content, "corrupted_hrd")).toThrow(
      "the column `corrupted_hrd` is missing; did you misspell it as `corrupted_hard`?",
    );
  });

  test("EAP-IG's greater-than names the start year, which becomes a right and a wrong year, with a note", () => {
    const years = (year: number) => `The plan lasted from the year ${year} to the year 16`;
    for (const [name, start] of [
      ["label", "4"],
      ["correct_idx", "4"],
      ["correct_idx", "4.0"],
    ]) {
      const content = `clean,corrupted,${name}\n${years(1604)},${years(1601)},${start}\n`;
      const pair = { clean: years(1604), corrupted: years(1601), answer: "52", corruptedAnswer: "03" };
      expect(read("years.csv", content)).toMatchObject([{ ...pair, join: "none" }]);
      expect(notes).toEqual([expect.stringContaining("1 rows of greater-than name the start year")]);
    }
  });

  test("prompts in JSON may be token ids, with token ids as answers", () => {
    const ids = { clean: [1, 2], corrupted: [1, 3], answer: 4 };
    expect(read("ids.jsonl", JSON.stringify(ids))).toMatchObject([ids]);
    expect(refusal("ids.jsonl", JSON.stringify({ ...ids, answer: "4" })).message).toContain(
      "`answer` must be a token id, as its prompts are",
    );
    const mixed = refusal("mixed.jsonl", JSON.stringify({ ...ids, corrupted: "b" }));
    expect(mixed.message).toContain("its prompts must both be text or both be lists of token ids");
    expect(refusal("negative.jsonl", JSON.stringify({ ...ids, clean: [-1, 2] })).message).toContain(
      "lists of token ids",
    );
    const beyond = { ...ids, clean: [2 ** 60, 2], answer: 1e300 };
    expect(read("beyond.jsonl", JSON.stringify(beyond)), "left to the model's vocabulary").toMatchObject([
      beyond,
    ]);
    expect(refusal("part.csv", "clean,corrupted,correct_idx\na,b,5.5\n").message).toContain(
      "`correct_idx` is not one token id",
    );
    expect(refusal("text.jsonl", JSON.stringify({ ...row, answer: 2 })).message).toContain(
      "`answer` must be text in quotes, as its prompts are (a token id goes under correct_idx or incorrect_idx)",
    );
  });

  test("a separator may be part of a prompt if another separates the columns", () => {
    expect(read("a.csv", "clean;corrupted;label\n1, 2, 3,;1, 2, 4,;4\n")[0]).toMatchObject({
      clean: "1, 2, 3,",
      corrupted: "1, 2, 4,",
    });
    expect(read("a.csv", "clean,corrupted,label\n1; 2;,1; 3;,3\n")[0]).toMatchObject({ clean: "1; 2;" });
  });

  test("the corrupted answer may be missing, null or empty", () => {
    const { wrong: _, ...short } = row;
    const found = read("a.jsonl", `${JSON.stringify(short)}\n${JSON.stringify({ ...short, wrong: null })}`);
    expect(found.map(({ corruptedAnswer }) => corruptedAnswer)).toEqual([undefined, undefined]);
    expect(read("a.csv", "clean,corrupted,label,wrong\na,b,c,\n")[0]!.corruptedAnswer).toBe("");
  });
});

describe("unknown names are ignored, with one note", () => {
  test("with the optional one that was probably meant", () => {
    read("a.csv", "clean,corrupted,label,corrupted_labl,id,\na,b,c,d,e,f\ng,h,i,j,k,l\n");
    expect(notes).toEqual([
      expect.stringMatching(
        /a\.csv: ignored columns `corrupted_labl` \(did you mean `corrupted_label`\?\), `id`, \(unnamed\)$/,
      ),
    ]);
    read("a.jsonl", `${JSON.stringify({ ...row, id: 1 })}\n${JSON.stringify({ ...other, id: { of: [2] } })}`);
    expect(notes).toEqual([expect.stringMatching(/ignored keys `id`$/)]);
  });

  test.each([
    [
      "a.csv",
      "clean,corupted,label\na,b,c\n",
      "the column `corrupted` is missing; did you misspell it as `corupted`?",
    ],
    ["a.csv", "clean,corrupted\na,b\n", "the column `answer` (or `label`, `correct_idx`) is missing"],
    ["a.csv", "clean;corrupted\n", "separated by semicolons: clean;corrupted;answer[;wrong][;kind]"],
    ["a.tsv", "clean\tcorrupted\n", "separated by tabs: clean<tab>corrupted<tab>answer"],
    ["a.csv", "clean|corrupted|label\n", "separated by commas, semicolons or tabs: clean,corrupted,answer"],
    [
      "a.jsonl",
      '{"Clean":"a","corrupted":"b","answer":"c"}',
      "the key `clean` is missing; did you misspell it as `Clean`?",
    ],
    ["a.csv", "clean,clean,corrupted,label\n", "the column `clean` occurs twice"],
    ["a.csv", "clean,corrupted,label,answer\n", "the columns `answer` and `label` mean the same: keep one"],
    ["a.jsonl", '{"clean":"a","clean":"b"}', "the line has the same key twice in one object"],
  ])("but a required one that is missing is named: %s %s", (name, content, problem) => {
    expect(refusal(name, content).message).toContain(problem);
  });
});

test("rows that are not pairs are counted by reason, with their first places, in at most 20 lines", () => {
  const bad = ['{"clean":', "[]", '{"clean":"a","answer":"b"}', '{"clean":1,"corrupted":"b","answer":"c"}'];
  const { message } = refusal("a.jsonl", [...Array(100).fill(bad).flat(), JSON.stringify(row)].join("\n"));
  expect(message).toMatch(/^400 of 401 rows are not pairs\n {2}- .*\n {6}line 1, column 10/);
  expect(message).toContain("  - the line is not JSON: value expected: 100");
  expect(message).toContain("  - it is not an object: 100\n      line 2: []\n");
  expect(message).toContain("  - the key `corrupted` is missing: 100\n      line 3");
  expect(message.split("\n").length).toBeLessThanOrEqual(20);
  const ragged = refusal("a.csv", "clean,corrupted,label\na,b,1\na,b\na,b,1,c\n");
  expect(ragged.message).toContain(
    "the number of fields differs from the header's: 2\n      line 3: 2, not 3",
  );
});

describe("a file without pairs is refused with the reason", () => {
  test.each([
    ["empty.csv", "", "the file has no rows"],
    ["header.csv", "clean,corrupted,label\n", "the file has no rows"],
    ["empty.json", "[]", "the file has no rows"],
    ["open.csv", 'clean,corrupted,label\na,b,1\n"a,b,2\n', "the file is not well-formed CSV"],
    ["broken.json", '[{"clean": "a"', "the file is not JSON"],
    ["utf16.jsonl", Buffer.from(`\ufeff${lines}`, "utf16le"), "UTF-16"],
    ["latin1.csv", Buffer.from(csv.replace("+", "\u00d7"), "latin1"), "Latin-1"],
    ["lfs.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "a Git LFS pointer"],
    ["deep.jsonl", "[".repeat(1_000_000), "nested more than 21 levels deep"],
  ])("%s", (name, content, problem) => {
    expect(refusal(name, content).message).toContain(problem);
  });

  test("a missing file, or a folder", () => {
    expect(() => readPairs(join(folder, "none.csv"), { remedy: "look elsewhere" })).toThrow(
      /there is no such file\n.*none\.csv\n {2}look elsewhere/,
    );
    expect(() => readPairs(folder)).toThrow("this is a folder, not a file");
  });
});
