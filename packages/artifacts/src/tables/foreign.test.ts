import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { type AnySchema, float64List, type TableSchema } from "../schemas/schema.ts";
import { errorOf } from "../testing/error-of.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable } from "./read-table.ts";
import { scanRows } from "./scan.ts";
import { sealTable } from "./seal-table.ts";
import { foreignFile, foreignSchema, longSchema } from "./testing/foreign/foreign-schema.ts";

function rowsOf<Row>(name: string, schema: TableSchema<Row>): unknown[] {
  return [...scanRows(foreignFile(name), schema as unknown as AnySchema)];
}

/** The rows of make-foreign.py. */
const text = "größte Änderung of all";
const rows = [
  { n: 7, x: 0.5, text, bytes: Buffer.from(""), list: [1, 2, -3], flag: true },
  {
    n: null,
    x: -2,
    text: "",
    bytes: Buffer.from("\x00\xff, and more than twelve", "latin1"),
    list: [],
    flag: false,
  },
  { n: -100, x: 3, text, bytes: Buffer.from("short"), list: [40], flag: true },
].map((row) => ({ ...row, bytes: Uint8Array.from(row.bytes) }));

describe("the same rows are read, whoever wrote them", () => {
  test.each([
    ["plain", "by pyarrow, uncompressed"],
    ["lz4", "as pyarrow.feather writes them by default: LZ4"],
    ["zstd", "compressed with Zstandard"],
    ["large", "64-bit integers and offsets"],
    ["views", "texts and bytes as views"],
    ["views-lz4", "views, compressed"],
    ["narrow", "8- and 16-bit integers, 16-bit floats"],
    ["single", "32-bit floats that are whole numbers, lists of floats"],
    ["dictionary", "texts and numbers as dictionaries"],
    ["dictionary-zstd", "dictionaries, compressed"],
    ["deltas", "a dictionary that grows between record batches"],
    ["legacy", "the format from before Arrow 0.15"],
    ["stream", "the stream format"],
    ["stream-dictionary-lz4", "the stream format with dictionaries, compressed"],
    ["batches", "several record batches, cut out of a larger table"],
    ["others", "columns in another order, among others of other types"],
    ["pandas", "by pandas: large texts, 64-bit integers, missing numbers as floats"],
    ["pandas-feather", "by pandas.to_feather"],
    ["polars", "by polars: views"],
    ["polars-zstd", "by polars, compressed"],
  ])("%s: %s", (name) => {
    expect(rowsOf(name, foreignSchema)).toEqual(rows);
  });

  test.each(["plain", "lz4", "large", "narrow", "single", "pandas", "pandas-feather", "polars", "stream"])(
    "%s: lists as lists of doubles",
    (name) => {
      const { list, ...others } = foreignSchema.columns;
      const schema = { ...foreignSchema, columns: { ...others, list: float64List({ ...list }) } };
      expect(rowsOf(name, schema)).toEqual(rows.map(({ list: own, ...row }) => ({ ...row, list: own })));
      const doubles = { ...schema, columns: { list: float64List({ meaning: "numbers", minimum: 0 }) } };
      expect(() => rowsOf(name, doubles as never)).toThrow("-3 is less than 0");
    },
  );

  test("a null in a list of doubles is refused", () => {
    const schema = { ...foreignSchema, columns: { list: float64List({ meaning: "numbers" }) } };
    expect(() => rowsOf("list-nulls", schema as never)).toThrow("null is not a number");
  });

  test("nulls: a column of nothing but nulls, and of empty lists, as pyarrow guesses their types", () => {
    const row = { n: null, x: 1, text: "a", bytes: new Uint8Array(), list: [], flag: true };
    expect(rowsOf("nulls", foreignSchema)).toEqual([row]);
  });

  test("empty: a table without rows", () => {
    expect(rowsOf("empty", foreignSchema)).toEqual([]);
  });

  test.each(["lz4", "zstd"])("long-%s: a buffer of several compressed blocks", (codec) => {
    const expected = Array.from({ length: 30_000 }, (_, i) => ({ n: (i * i) % 251 }));
    expect(rowsOf(`long-${codec}`, longSchema)).toEqual(expected);
  });
});

test("a foreign table is read as ours once it is sealed", async () => {
  const file = join(temporaryFolder(), foreignSchema.file);
  copyFileSync(foreignFile("pandas-feather"), file);
  await sealTable(file, foreignSchema, createProvenance());
  expect(readTable(file, foreignSchema)).toEqual(rows);
  expect(readFileSync(file)).toEqual(readFileSync(foreignFile("pandas-feather")));
});

describe("what cannot be read without loss is refused with what to write, and not as damaged", () => {
  test.each([
    ["too-large", "1099511627776 is more than 2147483647", "row 1, column n"],
    ["digits", "9007199254740993 cannot be a float64 without losing digits", "row 1, column x"],
    ["list-nulls", "null is not an integer", "row 1, column list"],
    ["run-ends", "a column has Arrow type run_end_encoded", "pyarrow.compute.run_end_decode(column)"],
    [
      "list-view",
      "a column has Arrow type list_view",
      "pyarrow.array(column.to_pylist(), pyarrow.list_(pyarrow.int32()))",
    ],
    ["feather-1", "the file is not an Arrow file, but a Feather file of version 1", "write_feather(t, path)"],
  ])("%s: %s", (name, problem, details) => {
    const error = errorOf(() => rowsOf(name, foreignSchema)) as Error;
    expect(error.name).toBe("UserError");
    expect(error.message).toContain(problem);
    expect(error.message).toContain(details);
    expect(error.message).not.toContain("damaged");
  });

  test("columns of other types: all at once, with the lines of Python that cast them", () => {
    const { n, text, ...columns } = foreignSchema.columns;
    const other = { ...foreignSchema, columns: { ...columns, n: text, text: n } } as unknown as AnySchema;
    expect(() => [...scanRows(foreignFile("large"), other)]).toThrow(
      /n is Int64, not utf8\n {2}- text is LargeUtf8, not int32\n[\s\S]*schema = pa.schema\(\[[\s\S]*\("n", pa.string\(\)\)/,
    );
  });
});

test.each([
  ["", "", "write one in Python"],
  ["n,text\n1,one\n", "", "write one in Python"],
  ["PAR1....", ", but a Parquet file", "write it as an Arrow file in Python"],
  [
    "version https://git-lfs.github.com/spec/v1\n",
    ", but a Git LFS pointer",
    "the repository was cloned without",
  ],
])("a file of another kind is named, with what to do: %j", (contents, kind, remedy) => {
  const file = join(temporaryFolder(), foreignSchema.file);
  writeFileSync(file, contents);
  expect(() => [...scanRows(file, foreignSchema as unknown as AnySchema)]).toThrow(
    `the file is not an Arrow file${kind}\n  file: ${file}\n  ${remedy}`,
  );
});
