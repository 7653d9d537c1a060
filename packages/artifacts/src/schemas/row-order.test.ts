import { describe, expect, test } from "vitest";
import { rowChecker } from "../tables/check-row.ts";
import { errorOf } from "../testing/error-of.ts";
import { datasetRows, planRows } from "../testing/rows.ts";
import { changesSchema } from "./changes.ts";
import { circuitsSchema } from "./circuits.ts";
import { datasetSchema } from "./dataset.ts";
import { evaluationSchema } from "./evaluation.ts";
import { schemas } from "./index.ts";
import { type LayerRow, layersSchema } from "./layers.ts";
import { orderSchema } from "./order.ts";
import { planSchema } from "./plan.ts";
import type { AnySchema, TableSchema } from "./schema.ts";
import { scoresSchema } from "./scores.ts";

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

  test("has no duplicate clean prompt, within a split or across splits", () => {
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

  test("adapts a module at most once per seed", () => {
    expect(problemOf(planSchema, planRows)).toBeUndefined();
    expect(rows({ seed: 1 }, { seed: 2 })).toBeUndefined();
    expect(rows({ plan: "a" }, { plan: "b" })).toBeUndefined();
    expect(rows({}, {})).toContain("it repeats plan");
    expect(rows({ seed: null }, { seed: 1 })).toContain("both for every seed and for a single one");
    expect(rows({ seed: 1 }, { seed: null })).toContain("both for every seed and for a single one");
  });

  test("distinguishes draws, each for every seed or for single ones", () => {
    expect(rows({ draw: 1, seed: 1 }, { draw: 2, seed: 2 })).toBeUndefined();
    expect(rows({ draw: 1, seed: null }, { draw: 2, seed: 1 })).toBeUndefined();
    expect(rows({ draw: 1 }, { draw: 2 }, { draw: 1, layer: 1 })).toContain(
      "draw 1 has rows that are not contiguous",
    );
  });

  test("has its settings as canonical JSON", () => {
    expect(rows({ settings: '{"a":1,"b":[2,{"c":null}]}' })).toBeUndefined();
    for (const settings of ['{"b":1,"a":2}', '{ "a": 1 }', "[1]", "null", "{", ""])
      expect(rows({ settings }), settings).toContain("not an object as canonical JSON");
  });

  test("has its rows by layer", () => {
    expect(rows({ layer: 1 }, { layer: 0 })).toContain("layer 0 comes after 1");
  });
});

test("layers rank every layer once, by edge change and then by layer", () => {
  const circuit = { plan: "p", draw: 0, seed: 1, sample: "all", rule: "top", size: 0.1 };
  const row: LayerRow = {
    ...circuit,
    layerRule: "source",
    layer: 0,
    edgeChange: 2,
    order: 1,
    critical: false,
  };
  const ranks = (...changes: { layer: number; edgeChange: number; layerRule?: "both" }[]) =>
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
  const both = rowsLike(row, { order: 1 }, { order: 1, layerRule: "both", edgeChange: 3 });
  expect(problemOf(layersSchema, both)).toBeUndefined();
});

const checkpoint = { plan: "p", draw: 0, seed: 1, step: 0, sample: "all" };
const shape = { layers: 2, heads: 2, parallel: true };

describe("scores", () => {
  const row = { ...checkpoint, ...shape, scores: [1, 2], nodeScores: null };
  const rows = (...changes: Partial<typeof row>[]) => problemOf(scoresSchema, rowsLike(row, ...changes));

  test("come by run, step and sample", () => {
    expect(rows({}, { sample: "half 1" }, { step: 5 }, { plan: "q" })).toBeUndefined();
    expect(rows({ step: 5 }, { step: 0 })).toContain("step 0 comes after 5");
    expect(rows({}, {})).toContain("it repeats plan");
  });

  test("are all of one graph", () => {
    for (const other of [{ layers: 3 }, { heads: 1 }, { parallel: false }])
      expect(rows({}, { step: 5, ...other })).toContain("another shape than the first row's");
  });

  test("must be finite", () => {
    expect(rows({ scores: [1, Number.NaN] })).toContain("NaN is not a finite number");
    expect(problemOf(scoresSchema, [{ ...row, nodeScores: [0, -2.5] }])).toBeUndefined();
  });

  test("have a sample of a known form", () => {
    for (const sample of ["all", "half 40", "split 3", "bootstrap 12", "perturbed 40", "perturbed 100"])
      expect(rows({ sample }), sample).toBeUndefined();
    for (const sample of ["", "half", "half 0", "split 0", "perturbed 101", "all of it", "perturbed 05"])
      expect(rows({ sample }), sample).toContain("does not have the form");
  });
});

test("an order counts a seed's updates from 1, each with an example or more", () => {
  const row = { seed: 4, step: 1, examples: [3, 3, 0] };
  const rows = (...changes: Partial<typeof row>[]) => problemOf(orderSchema, rowsLike(row, ...changes));
  expect(rows({}, { step: 2 }, { seed: 2 }, { seed: 2, step: 2 })).toBeUndefined();
  expect(rows({}, { step: 3 })).toContain("step 3 comes where 2 should");
  expect(rows({ step: 2 })).toContain("step 2 comes where 1 should");
  expect(rows({}, { seed: 2 }, { step: 2 })).toBeDefined();
  expect(rows({ examples: [] })).toContain("an update needs at least one example");
  expect(rows({ examples: [-1] })).toContain("-1 is less than 0");
});

describe("circuits", () => {
  const row = {
    ...checkpoint,
    ...{ rule: "top", size: 0.1, index: 0 },
    ...shape,
    ...{ selectedEdges: 3, nodes: 2, collapsedEdges: 2, edges: [0, 4], scores: [1, -1] },
  };
  const rows = (...changes: Partial<typeof row>[]) => problemOf(circuitsSchema, rowsLike(row, ...changes));

  test("come by rule, size and index within a checkpoint", () => {
    const random = { rule: "random", index: 1 };
    expect(rows({}, { size: 0.2 }, random, { ...random, index: 2 }, { step: 9 })).toBeUndefined();
    expect(rows({ size: 0.2 }, { size: 0.1 })).toContain("size 0.1 comes after 0.2");
    expect(rows(random, random)).toContain("it repeats plan");
  });

  test("have their edges ascending, each once, each with its score", () => {
    expect(rows({ edges: [4, 0] })).toContain("edge 0 comes after edge 4");
    expect(rows({ edges: [4, 4] })).toContain("edge 4 comes after edge 4");
    expect(rows({ edges: [-1, 4] })).toContain("-1 is less than 0");
    expect(rows({ scores: [1] })).toContain("2 edges and 1 scores");
    expect(rows({ edges: [], scores: [] })).toBeUndefined();
  });

  test("say how they were chosen, or the path they were read from", () => {
    for (const rule of ["top", "random", "greedy", "top-signed", "file my circuits/a.json"])
      expect(rows({ rule }), rule).toBeUndefined();
    for (const rule of ["", "Top", "top 5", "file "]) expect(rows({ rule }), rule).toContain("the form");
  });
});

test("an evaluation says whose model it is in, by which metric and on which kind of examples", () => {
  const row = {
    ...checkpoint,
    ...{ rule: "top", size: 0.1, index: 0, ablation: "patching" as const },
    ...{ modelPlan: "p", modelDraw: 0, modelSeed: 1, modelStep: 0, metric: "kl", kind: null, examples: 5 },
    ...{ modelMetric: 1, circuitMetric: 1, faithfulness: null, modelAccuracy: 1, circuitAccuracy: 1 },
  };
  const rows = (...changes: object[]) => problemOf(evaluationSchema, rowsLike(row, ...changes));
  const kinds = [{}, { kind: "add" }, { kind: "sub" }];
  expect(rows(...kinds, { metric: "logit-diff" }, { modelStep: 5 }, { ablation: "zero" })).toBeUndefined();
  expect(rows({}, {})).toContain("it repeats plan");
  expect(rows({ modelStep: 5 }, { modelStep: 0 })).toContain("modelStep 0 comes after 5");
  expect(rows({ ablation: "none" })).toContain("is not one of patching");
});

test("changes lead from an earlier to a later checkpoint", () => {
  const zeros = Object.fromEntries(Object.keys(changesSchema.columns).map((name) => [name, 0]));
  const row = { ...zeros, plan: "p", sample: "all", rule: "top", reference: "first", fromStep: 2 };
  expect(problemOf(changesSchema as unknown as AnySchema, [{ ...row, toStep: 3 }])).toBeUndefined();
  for (const toStep of [1, 2])
    expect(problemOf(changesSchema as unknown as AnySchema, [{ ...row, toStep }])).toContain(
      `step ${toStep} is not after step 2`,
    );
});
