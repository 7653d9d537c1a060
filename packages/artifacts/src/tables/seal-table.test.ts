import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Bool,
  Field,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { describe, expect, test } from "vitest";
import { manifestPath } from "../manifest/manifest.ts";
import { createProvenance } from "../manifest/provenance.ts";
import { planSchema } from "../schemas/plan.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable } from "./read-table.ts";
import { sealTable } from "./seal-table.ts";

/** The small table's columns, made with Arrow alone. */
const columns: Record<string, Vector> = {
  n: vectorFromArray([1, null], new Int32()),
  text: vectorFromArray(["one", "zwölf"], new Utf8()),
  list: vectorFromArray([[1, 2], []], new List(new Field("item", new Int32()))),
  flag: vectorFromArray([true, false], new Bool()),
};

/** Seals a file that Arrow wrote from these columns. */
function sealed(made: Record<string, Vector>): string {
  const file = join(temporaryFolder(), smallSchema.file);
  writeFileSync(file, tableToIPC(new Table(made), "file"));
  sealTable(file, smallSchema, createProvenance());
  return file;
}

test("a table another program wrote is read as ours once it is sealed", () => {
  expect(readTable(sealed(columns), smallSchema)).toEqual(smallRows);
});

test("a table pyarrow wrote is sealed and read: other column order, nullable fields, several batches", () => {
  const file = join(temporaryFolder(), planSchema.file);
  copyFileSync(fileURLToPath(import.meta.resolve("./testing/plan-by-pyarrow.arrow")), file);
  sealTable(file, planSchema, createProvenance());
  const common = { adapter: "lora" };
  expect(readTable(file, planSchema)).toEqual([
    {
      ...common,
      plan: "circuit",
      seed: null,
      layer: 0,
      module: "dense",
      rank: 8,
      alpha: 16,
      critical: false,
      edgeChange: 0.5,
      reason: "größte Änderung",
    },
    {
      ...common,
      plan: "circuit",
      seed: 1,
      layer: 1,
      module: "dense",
      rank: 32,
      alpha: 64,
      critical: true,
      edgeChange: null,
      reason: "",
    },
    {
      ...common,
      plan: "random",
      seed: 2,
      layer: 7,
      module: "query_key_value",
      rank: 32,
      alpha: 64,
      critical: true,
      edgeChange: null,
      reason: "random",
    },
  ]);
});

describe("a table that breaks its contract is not sealed", () => {
  const refused = (made: Record<string, Vector>, message: string | RegExp) => {
    expect(() => sealed(made)).toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringMatching(message) }),
    );
  };

  test("columns missing, misspelt or of another type, all named at once", () => {
    const { n, text, list } = columns as { n: Vector; text: Vector; list: Vector };
    const flag = vectorFromArray(["yes", "no"], new Utf8());
    refused(
      { n, txt: text, list, flag },
      /text is missing \(utf8: a text\)\n {2}- flag is utf8, not bool\n {2}- txt is unknown; did you mean `text`\?/,
    );
  });

  test("dictionaries", () => refused({ ...columns, text: vectorFromArray(["a", "b"]) }, "dictionaries"));

  test("nulls where there must be a value", () => {
    refused({ ...columns, flag: vectorFromArray([null, true], new Bool()) }, /row 0, column flag/);
  });

  test("nulls in lists", () => {
    const list = vectorFromArray([[1, null], []], new List(new Field("item", new Int32(), true)));
    refused({ ...columns, list }, "lists hold nulls");
  });

  test("texts that are not UTF-8", () => {
    const data = makeData({
      type: new Utf8(),
      length: 2,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, 1, 2),
      data: Uint8Array.of(0xc3, 0x41),
    });
    refused({ ...columns, text: new Table({ text: data }).getChild("text")! }, "not UTF-8");
  });

  test.each([
    ["offsets that go back", [0, 2, 1]],
    ["offsets beyond the values", [0, 1, 99]],
  ])("%s", (_, valueOffsets) => {
    const data = makeData({
      type: new Utf8(),
      length: 2,
      nullCount: 0,
      valueOffsets: Int32Array.from(valueOffsets),
      data: Buffer.from("ab"),
    });
    const struct = new Struct([new Field("text", new Utf8())]);
    const batch = new RecordBatch(
      new Schema(struct.children),
      makeData({ type: struct, length: 2, children: [data] }),
    );
    const text = new Table([batch]).getChild("text")!;
    refused({ ...columns, text }, "the Arrow file is damaged");
  });
});

test("files that are not Arrow files, or are streams, are refused with what to do", () => {
  const file = join(temporaryFolder(), smallSchema.file);
  for (const contents of [
    Buffer.alloc(0),
    Buffer.from("n,text\n1,one\n"),
    tableToIPC(new Table(columns), "stream"),
  ]) {
    writeFileSync(file, contents);
    expect(() => sealTable(file, smallSchema, createProvenance())).toThrow(
      /not an Arrow IPC file\n.*\n {2}write the file format/,
    );
  }
  expect(existsSync(manifestPath(file))).toBe(false);
});
