import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestPath } from "@ft/bytes";
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
import { createProvenance } from "../manifest/provenance.ts";
import type { AnySchema } from "../schemas/schema.ts";
import { smallRows, smallSchema } from "../testing/rows.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable } from "./read-table.ts";
import { scanRows } from "./scan.ts";
import { sealTable } from "./seal-table.ts";

/** The small table's columns, made with Arrow alone. */
const columns: Record<string, Vector> = {
  n: vectorFromArray([1, null], new Int32()),
  text: vectorFromArray(["one", "zwölf"], new Utf8()),
  list: vectorFromArray([[1, 2], []], new List(new Field("item", new Int32()))),
  flag: vectorFromArray([true, false], new Bool()),
};

/** A file that Arrow wrote from these columns. */
function written(made: Record<string, Vector>): string {
  const file = join(temporaryFolder(), smallSchema.file);
  writeFileSync(file, tableToIPC(new Table(made), "file"));
  return file;
}

test("a table another program wrote is read as ours once it is sealed", async () => {
  const file = written(columns);
  await sealTable(file, smallSchema, createProvenance());
  expect(readTable(file, smallSchema)).toEqual(smallRows);
});

test("a table that breaks its contract is not sealed", async () => {
  const file = written({ ...columns, flag: vectorFromArray([null, true], new Bool()) });
  await expect(sealTable(file, smallSchema, createProvenance())).rejects.toThrow("row 0, column flag");
  expect(existsSync(manifestPath(file))).toBe(false);
});

describe("a table is refused for", () => {
  const refused = (made: Record<string, Vector>, message: string | RegExp) => {
    expect(() => [...scanRows(written(made), smallSchema as unknown as AnySchema)]).toThrow(
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

  test("nulls where there must be a value", () => {
    refused({ ...columns, flag: vectorFromArray([null, true], new Bool()) }, /row 0, column flag/);
  });

  test("nulls in lists", () => {
    const list = vectorFromArray([[1, null], []], new List(new Field("item", new Int32(), true)));
    refused({ ...columns, list }, "null is not an integer");
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
