import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_JSON_BYTES, readJson } from "./read-json.ts";

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "json-"));
  file = join(folder, "config.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a JSON file is read", async () => {
  writeFileSync(file, '{"a": [1]}');
  expect(await readJson(file)).toEqual({ a: [1] });
});

test("a file far larger than any config is refused before it is read", async () => {
  truncateSync(file, MAX_JSON_BYTES + 1);
  await expect(readJson(file)).rejects.toThrow(/larger than any of its kind/);
});

test("a folder in its place, or nothing, is named", async () => {
  await expect(readJson(folder)).rejects.toThrow(/cannot be read\n {2}file: .*\n {2}value: "EISDIR"/);
  await expect(readJson(join(folder, "none"))).rejects.toThrow(/"ENOENT"/);
});
