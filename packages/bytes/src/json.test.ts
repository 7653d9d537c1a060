import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseJson, readJson } from "./json.js";
import { problemOf } from "./testing/problem-of.ts";

const folder = mkdtempSync(join(tmpdir(), "ft-bytes-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what JSON.parse accepts is read as the same value", () => {
  for (const text of [
    "null",
    ' [1, -0.5e3, true, "a\\u00e9"] ',
    '{"a": {"a": [{"a": 1}, {"a": 2}]}, "b": {"a": 1}}',
    '{"constructor": 1, "toString": 2}',
  ])
    expect(parseJson(text)).toEqual(JSON.parse(text));
});

test("names of Object.prototype are names like any other", () => {
  expect(Object.keys(parseJson('{"__proto__": {"x": 1}, "constructor": 1}'))).toEqual([
    "__proto__",
    "constructor",
  ]);
  expect(problemOf(() => parseJson('{"__proto__": 1, "__proto__": 2}'))).toContain("the same key twice");
});

test.each([
  ['{"a": 1,\n "a": 2}', "line 2, column 2", '"a"'],
  ['[{"x": {"b": 1, "\\u0062": 2}}]', "line 1, column 17", '"b"'],
])(
  "a duplicate key in an object is refused with its place, however it is escaped: %s",
  (text, place, key) => {
    const message = problemOf(() => parseJson(text, { file: "f.json", what: "the circuit" }));
    expect(message).toContain("the circuit has the same key twice in one object");
    expect(message).toContain(`place: ${place}`);
    expect(message).toContain(`value: ${key}`);
  },
);

test.each([
  ['{"a": NaN}', "line 1, column 7"],
  ["[1,\n]", "line 2, column 1"],
  ['{"a" 1}', "line 1, column 6"],
  ["", "line 1, column 1"],
  ['{"a": "b', "line 1, column 7"],
  ["// comment\n{}", "line 1, column 1"],
  ["[1] 2", "line 1, column 5"],
])("what is not JSON is refused with line and column: %j", (text, place) => {
  expect(problemOf(() => parseJson(text))).toMatch(
    new RegExp(`^the file is not JSON: .*\\n {2}place: ${place}`),
  );
});

test("a number that no double can hold is refused", () => {
  expect(problemOf(() => parseJson("[1e999]"))).toContain("a number that is too large");
  expect(parseJson("[1e308]")).toEqual([1e308]);
});

test("nesting is accepted up to the given depth", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(parseJson(nested(3), { depth: 3 })).toEqual([[[]]]);
  expect(problemOf(() => parseJson(nested(4), { depth: 3 }))).toContain("nested more than 3 levels deep");
  expect(parseJson(nested(200))).toBeDefined();
  expect(problemOf(() => parseJson(nested(201)))).toContain("nested more than 200 levels deep");
});

test("white space of any length is skipped, and places after it stay right", () => {
  const space = " ".repeat(5_000);
  const long = " ".repeat(5e6);
  expect(parseJson(`${long}[1,${long}2]${long}`)).toEqual([1, 2]);
  expect(problemOf(() => parseJson(`{"a": 1,\n${space}"a": 2}`))).toContain("line 2, column 5001");
  expect(problemOf(() => parseJson(`[1,\n${space}2,\n${space}x]`))).toContain("line 3, column 5001");
  expect(problemOf(() => parseJson(`{${long}`))).toContain("line 1, column 5000002");
});

test("forty million brackets are refused before anything is made of them", () => {
  const before = process.memoryUsage().heapUsed;
  problemOf(() => parseJson("[".repeat(4e7)));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
});

test("a place given by the caller is kept, with the column in it", () => {
  expect(problemOf(() => parseJson("{", { file: "p.jsonl", place: "line 7" }))).toContain(
    "place: line 7, column 2",
  );
});

describe("readJson", () => {
  const written = (bytes: Uint8Array | string) => {
    const file = join(folder, "x.json");
    writeFileSync(file, bytes);
    return file;
  };

  test("a byte order mark changes nothing", () => {
    expect(readJson(written('\ufeff{"a": 1}'))).toEqual({ a: 1 });
  });

  test.each([
    ["version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer", "git lfs pull"],
    ["<!DOCTYPE html><html></html>", "a web page", "download"],
    ["\n<html>", "a web page", "download"],
  ])("another kind of file is named with its remedy: %j", (bytes, kind, remedy) => {
    const message = problemOf(() => readJson(written(bytes), { what: "config.json" }));
    expect(message).toContain(`config.json is not JSON, but ${kind}`);
    expect(message).toContain(remedy);
  });

  test("a file over the cap is refused with its size", () => {
    expect(problemOf(() => readJson(written("[1, 2, 3]"), { most: 8 }))).toContain('value: "9 bytes"');
    expect(readJson(written("[1, 2, 3]"), { most: 9 })).toEqual([1, 2, 3]);
  });
});
