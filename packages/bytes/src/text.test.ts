import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { regularFile } from "./regular-file.js";
import { problemOf } from "./testing/problem-of.ts";
import { decodeText, readText } from "./text.js";

const folder = mkdtempSync(join(tmpdir(), "ft-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("UTF-8 is read with or without a byte order mark", () => {
  const text = "9 − 3 = é 数\r\n";
  expect(decodeText(Buffer.from(text), "f")).toBe(text);
  expect(decodeText(Buffer.from(`\ufeff${text}`), "f")).toBe(text);
  expect(decodeText(new Uint8Array(), "f")).toBe("");
});

test.each([
  ["with a mark", Buffer.from("\ufeffa b", "utf16le"), "little-endian"],
  ["without a mark", Buffer.from('{"a": 1}', "utf16le"), "little-endian"],
  ["big-endian with a mark", Buffer.from("\ufeffa b", "utf16le").swap16(), "big-endian"],
  ["big-endian without a mark", Buffer.from('{"a": 1}', "utf16le").swap16(), "big-endian"],
])("UTF-16 %s is named", (_, bytes, order) => {
  const message = problemOf(() => decodeText(bytes, "pairs.jsonl"));
  expect(message).toContain(`the file is UTF-16 (${order}), not UTF-8`);
  expect(message).toContain("save it as UTF-8");
});

test("Latin-1 is named with the line that shows it, and the text it probably means", () => {
  const bytes = Buffer.concat([Buffer.from("é = é\n"), Buffer.from("5 × 3\n", "latin1")]);
  const message = problemOf(() => decodeText(bytes, "pairs.csv"));
  expect(message).toContain("probably Latin-1 or Windows-1252");
  expect(message).toContain("place: line 2");
  expect(message).toContain('value: "5 × 3"');
  expect(problemOf(() => decodeText(Buffer.from([0x61, 0xe9]), "f"))).toContain("place: line 1");
});

test("a file with NUL bytes is not text", () => {
  expect(problemOf(() => decodeText(Buffer.from("abcdefgh\0"), "f"))).toContain("place: byte 8");
});

test("only a regular file is opened; the size is checked before a byte is read", () => {
  const file = join(folder, "f.txt");
  writeFileSync(file, "12345");
  expect(regularFile(file)).toBe(5);
  expect(readText(file, { most: 5 })).toBe("12345");
  expect(problemOf(() => readText(file, { most: 4 }))).toContain('value: "5 bytes"');
  mkdirSync(join(folder, "d"));
  symlinkSync("loop", join(folder, "loop"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(problemOf(() => readText(join(folder, "d")))).toContain("this is a folder, not a file");
  expect(problemOf(() => readText(join(folder, "loop")))).toContain("a link to itself");
  expect(problemOf(() => readText(join(folder, "pipe")))).toContain("not a regular file");
  expect(problemOf(() => readText("/dev/zero"))).toContain("not a regular file");
  expect(problemOf(() => readText(join(folder, "none")))).toContain("there is no such file");
  expect(problemOf(() => readText(join(file, "below")))).toContain("there is no such file");
  expect(problemOf(() => readText(join(folder, "a".repeat(5000))))).toContain("name is too long");
  expect(problemOf(() => readText("nul\0byte"))).toContain("cannot be read");
});
