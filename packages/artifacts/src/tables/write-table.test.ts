import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { manifestPath } from "@ft/bytes";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createProvenance } from "../manifest/provenance.ts";
import { datasetSchema } from "../schemas/dataset.ts";
import { schemas } from "../schemas/index.ts";
import { layersSchema } from "../schemas/layers.ts";
import { settingsText } from "../schemas/plan.ts";
import type { AnySchema, Column } from "../schemas/schema.ts";
import { scoresSchema } from "../schemas/scores.ts";
import { tensorsSchema } from "../schemas/tensors.ts";
import { ones } from "../testing/ones.ts";
import { datasetRows, smallRows, smallSchema } from "../testing/rows.ts";
import { runUntil } from "../testing/run-until.ts";
import { temporaryFolder } from "../testing/temporary-folder.ts";
import { readTable, scanTable } from "./read-table.ts";
import { writeTable } from "./write-table.ts";

const provenance = createProvenance();

/** Any value a column allows. */
function anyValue(column: Column<unknown>): fc.Arbitrary<unknown> {
  const { minimum, maximum, oneOf, pattern } = column;
  const integer = fc.integer({
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
  });
  const double = fc.double({
    min: minimum ?? -Number.MAX_VALUE,
    max: maximum ?? Number.MAX_VALUE,
    noNaN: true,
  });
  const text = pattern ? fc.stringMatching(pattern) : fc.string({ unit: "binary" });
  const values: Record<typeof column.type, fc.Arbitrary<unknown>> = {
    int32: integer,
    float64: double,
    bool: fc.boolean(),
    utf8: oneOf ? fc.constantFrom(...oneOf) : text,
    binary: fc.uint8Array(),
    "list<int32>": fc.array(integer, { minLength: 1, maxLength: 2 }),
    "list<float64>": fc.array(double, { maxLength: 3 }),
  };
  return column.nullable ? fc.option(values[column.type]) : values[column.type];
}

/** Columns whose strings have a form that no pattern describes. */
const texts: Record<string, fc.Arbitrary<unknown>> = {
  settings: fc.dictionary(fc.string(), fc.jsonValue()).map(settingsText),
};

/** How values of several columns, each valid, are made to fit each other where chance would hardly do it. */
const fitting: Record<string, (row: Record<string, unknown>) => Record<string, unknown>> = {
  answers: (row) => ({ ...row, answered: (row.examples as number[]).slice(1) }),
};

/** Any rows that are valid for a table. */
function anyRows(schema: AnySchema): fc.Arbitrary<Record<string, unknown>[]> {
  const row = fc.record(
    Object.fromEntries(
      Object.entries(schema.columns).map(([name, column]) => [name, texts[name] ?? anyValue(column)]),
    ),
  );
  return fc.array(
    row.map(fitting[schema.name] ?? ((row) => row)).filter((row) => !schema.problem?.(row)),
    { maxLength: 9 },
  );
}

const withoutTensors = [...schemas.values()].filter(({ columns }) => !("data" in columns));

test.each(withoutTensors)(
  "rows of table $name are read as they were written",
  async ({ order: _, follow: __, ...schema }) => {
    const folder = temporaryFolder();
    const property = fc.asyncProperty(anyRows(schema), async (rows) => {
      await writeTable(folder, schema, rows, provenance);
      expect(readTable(folder, schema)).toEqual(rows);
    });
    await fc.assert(property, { numRuns: 10 });
  },
);

test("tensors are read as they were written, with their bytes aligned to eight", async () => {
  const folder = temporaryFolder();
  const rows = [ones("a", [3]), ones("b", [2, 3]), ones("none", [0, 5]), ones("scalar", [])];
  await writeTable(folder, tensorsSchema, rows, provenance);
  expect(readTable(folder, tensorsSchema)).toEqual(rows);
  for (const { data } of scanTable(folder, tensorsSchema)) expect(data.byteOffset % 8).toBe(0);
});

test("the same rows give the same bytes, whatever iterable they come from", async () => {
  const folder = temporaryFolder();
  async function* slowly() {
    yield* smallRows;
  }
  const bytes = [];
  for (const rows of [smallRows, new Set(smallRows), slowly()]) {
    await writeTable(folder, smallSchema, rows, provenance);
    bytes.push([
      readFileSync(join(folder, "small.arrow")),
      readFileSync(manifestPath(join(folder, "small.arrow"))),
    ]);
  }
  expect(bytes[1]).toEqual(bytes[0]);
  expect(bytes[2]).toEqual(bytes[0]);
});

test("tables with tensors have one record batch per row, others a single one, even without rows", async () => {
  const folder = temporaryFolder();
  const batches = (file: string) => tableFromIPC(readFileSync(join(folder, file))).batches.length;
  await writeTable(folder, tensorsSchema, [ones("a", [1]), ones("b", [2]), ones("c", [3])], provenance);
  await writeTable(folder, datasetSchema, datasetRows, provenance);
  await writeTable(folder, layersSchema, [], provenance);
  expect(["model.arrow", "dataset.arrow", "layers.arrow"].map(batches)).toEqual([3, 1, 1]);
});

test("an Arrow file holds its schema, units and meanings as metadata", async () => {
  const folder = temporaryFolder();
  await writeTable(folder, layersSchema, [], provenance);
  const { schema } = tableFromIPC(readFileSync(join(folder, "layers.arrow")));
  expect(Object.fromEntries(schema.metadata)).toEqual({ schema: "layers", version: "2" });
  const field = schema.fields.find(({ name }) => name === "edgeChange")!;
  expect(field.nullable).toBe(false);
  expect(Object.fromEntries(field.metadata)).toEqual({
    unit: layersSchema.columns.edgeChange.unit,
    meaning: layersSchema.columns.edgeChange.meaning,
  });
});

describe("a value that does not fit is refused with its row and column, and nothing is written", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ["null where there must be a value", { text: null }, "column text (a text)"],
    ["a missing value", { flag: undefined }, "column flag (yes or no)"],
    ["a number with a fraction", { n: 0.5 }, "0.5 is not an integer"],
    ["an integer beyond 32 bits", { n: 2 ** 31 }, "2147483648 is more than 2147483647"],
    ["an integer below that range", { n: -(2 ** 31) - 1 }, "-2147483649 is less than -2147483648"],
    ["text for a number", { n: "1" }, '"1" is not an integer'],
    ["a number for a text", { text: 1 }, "1 is not a string"],
    ["half a surrogate pair", { text: "\ud800" }, "half a surrogate pair"],
    ["a list with a null", { list: [1, null] }, "null is not an integer"],
    ["a typed array for a list", { list: Int32Array.of(1) }, "is not a list"],
    ["a number for a boolean", { flag: 1 }, "1 is not a boolean"],
  ];
  test.each(cases)("%s", async (_, change, message) => {
    const folder = temporaryFolder();
    const rows = [smallRows[0]!, { ...smallRows[1]!, ...change }] as typeof smallRows;
    const writing = writeTable(folder, smallSchema, rows, provenance);
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toMatchObject({
      name: "UserError",
      at: { place: expect.stringContaining("row 1, ") },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a value that is not one of those allowed, suggesting the nearest", async () => {
    const rows = [{ ...datasetRows[0]!, split: "validaton" as "validation" }];
    await expect(writeTable(temporaryFolder(), datasetSchema, rows, provenance)).rejects.toThrow(
      '"validaton" is not one of train, validation, circuit, test; did you mean `validation`?',
    );
  });

  test("numbers beyond a column's bounds, and NaN", async () => {
    const row = {
      plan: "p",
      draw: 0,
      seed: 1,
      sample: "all",
      rule: "top",
      size: 0.1,
      layerRule: "source",
      layer: 0,
      edgeChange: 0,
      order: 1,
      critical: false,
    } as const;
    const writing = (change: object) =>
      writeTable(temporaryFolder(), layersSchema, [{ ...row, ...change }], provenance);
    await expect(writing({ order: 0 })).rejects.toThrow("0 is less than 1");
    await expect(writing({ edgeChange: Number.NaN })).rejects.toThrow("NaN is not a finite number");
    await expect(writing({ edgeChange: Number.POSITIVE_INFINITY })).rejects.toThrow(
      "Infinity is not a finite number",
    );
  });

  test("a tensor whose data is not as long as its shape says", async () => {
    const rows = [{ ...ones("w", [2, 3]), shape: [2, 4] }];
    await expect(writeTable(temporaryFolder(), tensorsSchema, rows, provenance)).rejects.toThrow(
      "w [2,4] in float32 takes 32 bytes, not 24",
    );
  });

  test("a record batch of 1 GB", async () => {
    const rows = [{ tensor: "w", shape: [25e7], dtype: "float32" as const, data: new Uint8Array(1e9) }];
    await expect(writeTable(temporaryFolder(), tensorsSchema, rows, provenance)).rejects.toThrow(
      "below 1 GB",
    );
  });
});

test("the scores of a graph as large as Pythia-1.4B's take 8 bytes each, and come back to the last bit", async () => {
  const EDGES = 231_493;
  const folder = temporaryFolder();
  const scores = Array.from({ length: EDGES }, (_, edge) => Math.sin(edge) / 3);
  const row = { plan: "p", draw: 0, seed: 1, step: 0, sample: "all", layers: 24, heads: 16, parallel: true };
  await writeTable(folder, scoresSchema, [{ ...row, scores, nodeScores: null }], provenance);
  expect(statSync(join(folder, scoresSchema.file)).size).toBeLessThan(8 * EDGES + 10_000);
  const [read] = readTable(folder, scoresSchema);
  expect(read!.scores.every((score, edge) => Object.is(score, scores[edge]))).toBe(true);
});

test("a process killed in mid-write leaves the table as it was", async () => {
  const folder = temporaryFolder();
  await writeTable(folder, tensorsSchema, [ones("before", [2])], provenance);
  await runUntil("half written", import.meta.resolve("./testing/write-half-table.ts"), [folder]);
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readTable(folder, tensorsSchema)).toEqual([ones("before", [2])]);
});

test("if the rows cannot be made, the table stays as it was", async () => {
  const folder = temporaryFolder();
  await writeTable(folder, smallSchema, smallRows, provenance);
  async function* failing() {
    yield smallRows[0]!;
    throw new Error("out of memory");
  }
  await expect(writeTable(folder, smallSchema, failing(), provenance)).rejects.toThrow("out of memory");
  expect(readTable(folder, smallSchema)).toEqual(smallRows);
  expect(readdirSync(folder).toSorted()).toEqual(["small.arrow", "small.arrow.manifest.json"]);
});
