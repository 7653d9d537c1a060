import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { manifestPath, readSealed, seal } from "./seal.js";
import { UserError } from "./user-error.js";

const folder = mkdtempSync(join(tmpdir(), "ft-seal-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "a.csv");
const write = (text: string) => writeFileSync(manifestPath(file), text);

test("what was sealed can be read back", () => {
  write(seal({ b: [1], a: null }));
  expect(readSealed(file)).toEqual({ a: null, b: [1] });
});

test.each([
  ["another value", seal({ a: 1 }).replace("1", "2"), "its text is not what was written"],
  ["other white space", `${seal({ a: 1 })} `, "its text is not what was written"],
  ["no seal", '{\n  "a": 1\n}\n', "its text is not what was written"],
  ["a list", "[]", "it is not a JSON object"],
  ["half of its text", seal({ a: 1 }).slice(0, 20), "the manifest is not JSON"],
])("a manifest with %s is damaged", (_, text, how) => {
  write(text);
  const read = () => readSealed(file, "make it again");
  expect(read).toThrow(UserError);
  expect(read).toThrow(`the manifest is damaged: ${how}`);
  expect(read).toThrow(`file: ${manifestPath(file)}\n  make it again`);
});

test("a file without a manifest cannot be verified", () => {
  rmSync(manifestPath(file), { force: true });
  expect(() => readSealed(file)).toThrow("missing manifest");
});
