import { describe, expect, test } from "vitest";
import { rowChecker } from "../tables/check-row.ts";
import { errorOf } from "../testing/error-of.ts";
import { datasetRows, planRows } from "../testing/rows.ts";
import { changesSchema } from "./changes.ts";
import { datasetSchema } from "./dataset.ts";
import { edgesSchema } from "./edges.ts";
import { schemas } from "./index.ts";
import { type LayerRow, layersSchema } from "./layers.ts";
import { planSchema } from "./plan.ts";
import type { AnySchema, TableSchema } from "./schema.ts";

/** What is wrong with rows as a table, if anything: its place and the problem. */
function problemOf<Row>(schema: TableSchema<Row>, rows: readonly Row[]): string | undefined {
  const check = rowChecker(schema as unknown as AnySchema, "table.arrow");
  const error = errorOf(() => {
    for (const row of rows) check(row as Record<string, unknown>);
  });
  return (error as Error | undefined)?.message;
}

/** Rows that differ from one in some columns. */
function rowsLike<Row>(row: Row, ...changes: Partial<Row>[]): Row[] {
  return changes.map((change) => ({ ...row, ...change }));
}

test("every table says in which order its rows come", () => {
  for (const { name, order } of schemas.values()) expect(Object.keys(order ?? {}), name).not.toEqual([]);
});

describe("a dataset", () => {
  const [row] = datasetRows as [(typeof datasetRows)[number]];
  const rows = (...changes: Partial<typeof row>[]) =>
    problemOf(datasetSchema, rowsLike(row, ...changes.map((change, example) => ({ example, ...change }))));

  test("numbers its examples from 0", () => {
    expect(problemOf(datasetSchema, datasetRows)).toBeUndefined();
    expect(rows({ clean: "a" }, { clean: "b", example: 2 })).toContain("example 2 comes where 1 should");
    expect(rows({ example: 1 })).toContain("example 1 comes where 0 should");
  });

  test("has no clean prompt twice, in one split or in two", () => {
    expect(rows({ clean: "a" }, { clean: "b" })).toBeUndefined();
    expect(rows({ clean: "a" }, { clean: "a" })).toContain(
      "duplicate clean prompt: see example 0, in split train",
    );
    expect(rows({ clean: "a", split: "circuit" }, { clean: "b" }, { clean: "a" })).toContain(
      "duplicate clean prompt: see example 0, in split circuit",
    );
  });
});

describe("a plan", () => {
  const [row] = planRows as [(typeof planRows)[number]];
  const rows = (...changes: Partial<typeof row>[]) => problemOf(planSchema, rowsLike(row, ...changes));

  test("adapts a module once for a seed", () => {
    expect(problemOf(planSchema, planRows)).toBeUndefined();
    expect(rows({ seed: 1 }, { seed: 2 })).toBeUndefined();
    expect(rows({ plan: "a" }, { plan: "b" })).toBeUndefined();
    expect(rows({}, {})).toContain("it repeats plan");
    expect(rows({ seed: null }, { seed: 1 })).toContain("both for every seed and for a single one");
    expect(rows({ seed: 1 }, { seed: null })).toContain("both for every seed and for a single one");
  });

  test("gives an adapter a rank of at least 1", () => {
    expect(rows({ rank: 0 })).toContain("a low-rank update has a rank of at least 1");
    expect(rows({ rank: 0, adapter: "full" })).toBeUndefined();
  });

  test("has its rows by layer", () => {
    expect(rows({ layer: 1 }, { layer: 0 })).toContain("layer 0 comes after 1");
  });
});

test("layers rank every layer once, by edge change and then by layer", () => {
  const run = { run: "r", seed: 1, critical: false };
  const row: LayerRow = { ...run, rule: "source", layer: 0, edgeChange: 2, order: 1 };
  const ranks = (...changes: { layer: number; edgeChange: number; rule?: "both" }[]) =>
    problemOf(layersSchema, rowsLike(row, ...changes.map((change, i) => ({ order: i + 1, ...change }))));
  expect(
    ranks({ layer: 2, edgeChange: 2 }, { layer: 0, edgeChange: 1 }, { layer: 1, edgeChange: 1 }),
  ).toBeUndefined();
  expect(ranks({ layer: 2, edgeChange: 1 }, { layer: 0, edgeChange: 2 })).toContain(
    "layer 0 comes before layer 2",
  );
  expect(ranks({ layer: 1, edgeChange: 1 }, { layer: 0, edgeChange: 1 })).toContain(
    "layer 0 comes before layer 1",
  );
  expect(ranks({ layer: 1, edgeChange: 2 }, { layer: 1, edgeChange: 1 })).toContain("duplicate layer 1");
  const both = rowsLike(row, { order: 1 }, { order: 1, rule: "both", edgeChange: 3 });
  expect(problemOf(layersSchema, both)).toBeUndefined();
});

test("edges are ranked by absolute score at every checkpoint", () => {
  const row = {
    run: "r",
    seed: 1,
    step: 0,
    method: "eap",
    edge: "input->m0",
    source: "input",
    destination: "m0",
    port: null,
  };
  const ranks = (...scores: [step: number, rank: number, score: number][]) =>
    problemOf(
      edgesSchema,
      scores.map(([step, rank, score]) => ({ ...row, step, rank, score, inCircuit: true })),
    );
  expect(ranks([0, 1, -3], [0, 2, 2], [0, 3, 2], [5, 1, 9])).toBeUndefined();
  expect(ranks([0, 1, 2], [0, 2, -3])).toContain(
    "the edge of rank 2 has a larger absolute score than that of rank 1",
  );
  expect(ranks([0, 1, 2], [0, 3, 1])).toContain("rank 3 comes where 2 should");
});

test("changes lead from an earlier to a later checkpoint", () => {
  const zeros = Object.fromEntries(Object.keys(changesSchema.columns).map((name) => [name, 0]));
  const row = { ...zeros, run: "r", seed: 1, reference: "first", fromStep: 2 };
  expect(problemOf(changesSchema as unknown as AnySchema, [{ ...row, toStep: 3 }])).toBeUndefined();
  for (const toStep of [1, 2])
    expect(problemOf(changesSchema as unknown as AnySchema, [{ ...row, toStep }])).toContain(
      `step ${toStep} is not after step 2`,
    );
});
