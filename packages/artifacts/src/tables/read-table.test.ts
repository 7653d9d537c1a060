import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson, hashOf, manifestPath } from "@ft/bytes";
import { expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { layersSchema } from "../schemas/layers.ts";
import { defineTable, int32, utf8 } from "../schemas/schema.ts";
import { tensorsSchema } from "../schemas/tensors.ts";
import { ones } from "../testing/ones.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable, scanTable } from "./read-table.ts";
import { writeTable } from "./write-table.ts";

async function small(): Promise<string> {
  const folder = temporaryFolder();
  await writeTable(folder, smallSchema, smallRows, createProvenance());
  return folder;
}

test("a table is found in its folder or by its file", async () => {
  const folder = await small();
  expect(readTable(join(folder, "small.arrow"), smallSchema)).toEqual(readTable(folder, smallSchema));
});

test("a file is not read as another table, another version of it, or one with other columns", async () => {
  const file = join(await small(), "small.arrow");
  expect(() => readTable(file, layersSchema)).toThrow(
    /the file is not table layers 2\n.*\n {2}value: "table small 1"/,
  );
  const later = { ...smallSchema, version: 2 };
  expect(() => readTable(file, later)).toThrow(
    /written by an earlier version of finetune-circuits\n.*\n {2}run the stage that writes it again$/,
  );
  const earlier = { ...smallSchema, version: 0 };
  expect(() => readTable(file, earlier)).toThrow(/not table small 0\n.*\n {2}value: "table small 1"/);
  const { version, file: name, meaning } = smallSchema;
  const other = defineTable({
    ...{ name: "small", version, file: name, meaning },
    columns: { n: int32({ meaning: "a number" }), text: utf8({ meaning: "a text" }) },
  });
  expect(() => readTable(file, other)).toThrow(/not table small 1\n.*\n {2}value: "other columns"/);
});

test("a missing file is named with what to do", () => {
  const folder = temporaryFolder();
  expect(() => readTable(folder, smallSchema)).toThrow(
    `there is no such file\n  file: ${join(folder, "small.arrow")}\n  run the stage that writes it again`,
  );
});

test("a table is verified when it is opened, not when its first row is taken", async () => {
  const folder = await small();
  rmSync(join(folder, "small.arrow"));
  expect(() => scanTable(folder, smallSchema)).toThrow("there is no such file");
});

test("a table can be scanned more than once, and a scan can stop early", async () => {
  const folder = await small();
  const rows = scanTable(folder, smallSchema);
  for (const row of rows) {
    expect(row).toEqual(smallRows[0]);
    break;
  }
  expect([...rows]).toEqual(smallRows);
});

test("a table replaced after it was verified is not read", async () => {
  const folder = await small();
  const rows = scanTable(folder, smallSchema);
  await writeTable(folder, smallSchema, [], createProvenance());
  expect(() => [...rows]).toThrow("the file changed after it was verified");
});

test("a file that does not match its manifest is not read: its size, its contents, its number of rows", async () => {
  const file = join(await small(), "small.arrow");
  const bytes = readFileSync(file);
  appendFileSync(file, "\0");
  expect(() => readTable(file, smallSchema)).toThrow("the file has grown");
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  expect(() => readTable(file, smallSchema)).toThrow("the file's contents have changed");
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  const { seal: _, ...manifest } = JSON.parse(readFileSync(manifestPath(file), "utf8"));
  const content = { ...manifest, rows: 3 };
  writeFileSync(manifestPath(file), canonicalJson({ ...content, seal: hashOf(canonicalJson(content)) }));
  expect(() => readTable(file, smallSchema)).toThrow("the file has 2 rows, its manifest says 3");
});

test("rows taken before stay valid when the next ones are read", async () => {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 20 }, (_, i) => ({
    ...ones(`t${10 + i}`, [5]),
    data: new Uint8Array(20).fill(i),
  }));
  await writeTable(folder, tensorsSchema, rows, createProvenance());
  expect([...scanTable(folder, tensorsSchema)]).toEqual(rows);
});
