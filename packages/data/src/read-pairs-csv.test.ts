import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPairsCsv } from "./read-pairs-csv.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

async function read(text: string) {
  const file = join(temporaryFolder(), "pairs.csv");
  writeFileSync(file, text);
  return readPairsCsv(file);
}

test("columns may come in any order, with or without corrupted labels, quotes, BOM and carriage returns", async () => {
  const plain = await read("clean,corrupted,label\n1 + 1 =,1 - 1 =,2\n");
  expect(plain).toMatchObject([{ clean: "1 + 1 =", corrupted: "1 - 1 =", answer: "2", line: 2 }]);
  expect(plain[0]!.corruptedAnswer).toBeUndefined();
  const quoted = await read('\ufefflabel,corrupted_label,clean,corrupted\r\n2,0,"a, ""b""","a, c"\r\n\r\n');
  expect(quoted).toMatchObject([{ clean: 'a, "b"', corrupted: "a, c", answer: "2", corruptedAnswer: "0" }]);
});

test("labels lose the spaces around them, prompts do not", async () => {
  const pairs = await read("clean,corrupted,label,corrupted_label\n a =,b = , 26 , \n");
  expect(pairs).toMatchObject([{ clean: " a =", corrupted: "b = ", answer: "26" }]);
  expect(pairs[0]!.corruptedAnswer).toBeUndefined();
});

describe("a file that cannot be read is an error with its file and line", () => {
  const header = "clean,corrupted,label\n";
  test.each([
    ["an empty file", "", "the file has no rows", undefined],
    ["a header alone", header, "the file has no rows", undefined],
    ["a missing column", "clean,label\na,1\n", "there is no column `corrupted`", "line 1"],
    [
      "a misspelt column",
      "clean,corrupted,label,corrupted_labl\n",
      "did you mean `corrupted_label`",
      "line 1",
    ],
    ["a column given twice", "clean,clean,corrupted,label\n", "column `clean` stands there twice", "line 1"],
    ["a row with a field too few", `${header}a,b,1\na,b\n`, "not well-formed", "line 3"],
    ["a row with a field too many", `${header}a,b,1,c\n`, "not well-formed", "line 2"],
    ["a quote left open", `${header}a,b,1\n"a,b,2\n`, "not well-formed", "line 3"],
    ["an empty prompt", `${header}a,b,1\n,b,1\n`, "column `clean` is empty", "line 3"],
    ["a blank label", `${header}a,b, \n`, "column `label` is empty", "line 2"],
  ])("%s", async (_, text, problem, place) => {
    const error = await read(text).catch((caught) => caught);
    expect(error.name).toBe("UserError");
    expect(error.message).toContain(problem);
    expect(error.at.file).toMatch(/pairs\.csv$/);
    expect(error.at.place).toBe(place);
  });

  test("a file that is not there", async () => {
    await expect(readPairsCsv("nowhere.csv")).rejects.toThrow("there is no such file\n  file: nowhere.csv");
  });
});
