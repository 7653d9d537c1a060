import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  circuitsSchema,
  createProvenance,
  type EvaluationRow,
  evaluationSchema,
  readManifest,
  readTable,
  tablePath,
  writeFileAtomic,
  writeTable,
} from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { createGraph, formatCircuitJson, isControl, setOf } from "@ft/graph";
import {
  checkpointModel,
  graphShape,
  listCheckpoints,
  readCheckpoints,
  readPlans,
  saveModel,
} from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import { judge } from "../evaluation/judge.ts";
import { readDatasetPairs } from "../pairs/dataset-pairs.ts";
import { Workbench } from "../testing/run-stages.ts";
import { datasetRows, tinyConfig, tinyModel } from "../testing/write-inputs.ts";

const graph = createGraph(graphShape(tinyConfig));
const selection = { fraction: 0.4, fractions: [0.2], random: 1 };

let bench: Workbench;
let selected: Awaited<ReturnType<Workbench["select"]>>;
let own: Awaited<ReturnType<Workbench["evaluate"]>>;
beforeAll(async () => {
  bench = new Workbench("kept");
  await bench.attribute();
  selected = await bench.select(selection);
  own = await bench.evaluate();
});

/** The model of a step, and the pairs. */
async function modelAt(wanted: number) {
  const { inputs } = await bench.inputs();
  const [train] = inputs.train as [string];
  const ops = await openBackend();
  const keys = listCheckpoints(train).filter(({ step }) => step === wanted);
  const [checkpoint] = [...readCheckpoints(train, keys)];
  const model = checkpointModel(ops, tinyModel, readPlans(inputs.plan!, tinyConfig), checkpoint!);
  return { ops, model, pairs: readDatasetPairs(inputs.data!, tinyConfig) };
}

test("every circuit of the table is evaluated once, in the table's order, in its own checkpoint's model", async () => {
  const identity = ({
    step,
    rule,
    size,
    index,
  }: {
    step: number;
    rule: string;
    size: number;
    index: number;
  }) => `${step} ${rule} ${size} ${index}`;
  expect(own.evaluation.map(identity)).toEqual(selected.circuits.map(identity));
  for (const row of own.evaluation) {
    expect(row).toMatchObject({ modelPlan: row.plan, modelDraw: 0, modelSeed: 1, modelStep: row.step });
    expect(row).toMatchObject({ ablation: "patching", metric: "kl", kind: null, examples: 6 });
  }
  for (const step of [0, 1, 2]) {
    const { ops, model, pairs } = await modelAt(step);
    const circuits = selected.circuits.filter((row) => row.step === step);
    const sets = circuits.map(({ edges }) => setOf(graph, edges));
    const { model: whole, circuits: evaluated } = evaluateCircuits(ops, model, pairs, sets);
    const rows = own.evaluation.filter((row) => row.step === step);
    for (const [i, row] of rows.entries()) expect(row).toMatchObject(judge(whole, evaluated[i]!));
  }
});

test("edges outside a circuit are ablated as the configuration says", async () => {
  const { evaluation } = await bench.evaluate({ ablation: "mean-positional", metric: "logit-diff" }, "mean");
  const { ops, model, pairs } = await modelAt(1);
  const circuits = selected.circuits.filter(({ step }) => step === 1);
  const sets = circuits.map(({ edges }) => setOf(graph, edges));
  const options = { ablation: "mean-positional", metric: "logit-diff" };
  const { model: whole, circuits: evaluated } = evaluateCircuits(ops, model, pairs, sets, options);
  const rows = evaluation.filter(({ step }) => step === 1);
  expect(rows).toHaveLength(circuits.length);
  rows.forEach((row, i) => {
    expect(row).toMatchObject({ ablation: "mean-positional", ...judge(whole, evaluated[i]!) });
  });
  await expect(bench.evaluate({ ablation: "median" }, "refused")).rejects.toThrow("ablation");
});

test("progress counts the whole model, the corrupted run and every circuit, done now or before", async () => {
  expect(own.total).toBe(6 * (2 * 3 + selected.circuits.length));
  expect(own.done).toBe(own.total);
  const again = await bench.evaluate({}, "again");
  expect([again.total, again.done]).toEqual([own.total, own.total]);
});

test("checkpoints whose circuits an earlier run has evaluated are not evaluated again", async () => {
  const fresh = new Workbench();
  await fresh.attribute();
  await fresh.select(selection);
  await fresh.evaluate();
  const work = fresh.at("work-evaluate");
  const files = readdirSync(work, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  expect(files).toHaveLength(3);
  for (const file of files) {
    const rows = JSON.parse(readFileSync(join(work, file), "utf8"));
    for (const row of rows) row.modelMetric = 42;
    writeFileSync(join(work, file), JSON.stringify(rows));
  }
  const { evaluation } = await fresh.evaluate({}, "marked");
  expect(evaluation.every(({ modelMetric }) => modelMetric === 42)).toBe(true);
  await fresh.select({ ...selection, random: 2 }, "more");
  const more = await fresh.evaluate({}, "more-evaluated", "more");
  const other = await fresh.evaluate({ metric: "js" }, "other");
  for (const rows of [more.evaluation, other.evaluation])
    expect(rows.some(({ modelMetric }) => modelMetric === 42)).toBe(false);
});

test("circuits are also judged by kind of example, if there are several", async () => {
  const fresh = new Workbench();
  await fresh.inputs(datasetRows().map((row, i) => ({ ...row, kind: i < 3 ? "add" : "sub" })));
  await fresh.attribute({ checkpoints: [2] });
  const { circuits } = await fresh.select({ fraction: 0.4 });
  const { evaluation, total, done } = await fresh.evaluate();
  expect(done).toBe(total);
  expect((await fresh.evaluate({}, "again")).done).toBe(total);
  expect(evaluation).toHaveLength(3 * circuits.length);
  const [all, add, sub] = evaluation as [EvaluationRow, EvaluationRow, EvaluationRow];
  expect([all, add, sub].map(({ kind, examples }) => [kind, examples])).toEqual([
    [null, 6],
    ["add", 2],
    ["sub", 4],
  ]);
  for (const column of ["modelMetric", "circuitMetric", "modelAccuracy", "circuitAccuracy"] as const)
    expect((2 * add[column] + 4 * sub[column]) / 6).toBeCloseTo(all[column], 10);
  expect(add.modelMetric).not.toBeCloseTo(sub.modelMetric, 6);
  expect(add.faithfulness).toBeCloseTo(
    100 * (1 - Math.abs(add.modelMetric - add.circuitMetric) / add.modelMetric),
    9,
  );
});

/** Circuits that are evaluated in one model: those found at any step, and the controls of the same step. */
const evaluatedAt = (at: number) =>
  selected.circuits.filter(({ rule, step }) => !isControl(rule) || step === at);

describe("cross-faithfulness", () => {
  test.each([
    ["first", 0],
    ["last", 2],
    [1, 1],
  ])("circuits are evaluated in the model %s", async (model, step) => {
    const { evaluation } = await bench.evaluate({ model }, `in-${model}`);
    expect(evaluation).toHaveLength(evaluatedAt(step).length);
    expect(new Set(evaluation.map(({ modelStep }) => modelStep))).toEqual(new Set([step]));
    const at = await modelAt(step);
    const row = evaluation.find((one) => one.rule === "top" && one.size === 0.4 && one.step === 2)!;
    const circuit = selected.circuits.find(
      (one) => one.rule === "top" && one.size === 0.4 && one.step === 2,
    )!;
    const sets = [setOf(graph, circuit.edges)];
    const { model: whole, circuits } = evaluateCircuits(at.ops, at.model, at.pairs, sets);
    expect(row).toMatchObject(judge(whole, circuits[0]!));
  });

  test("circuits are evaluated in several models, each once, in the order of steps", async () => {
    const { evaluation } = await bench.evaluate({ model: ["last", "own"] }, "in-several");
    const models = (step: number) =>
      evaluation.filter((row) => row.rule === "top" && row.size === 0.4 && row.step === step);
    expect([0, 1, 2].map((step) => models(step).map(({ modelStep }) => modelStep))).toEqual([
      [0, 2],
      [1, 2],
      [2],
    ]);
  });

  test("a step without a checkpoint is refused", async () => {
    await expect(bench.evaluate({ model: 9 }, "refused")).rejects.toThrow(
      /lora-r2, seed 1, has no checkpoint at step 9[\s\S]*0, 1, 2/,
    );
  });
});

describe("circuits from files", () => {
  const all = () => ({
    graph,
    edges: graph.emptySet().fill(1),
    scores: new Float64Array(graph.edges),
    dModel: 8,
  });

  test("are evaluated at every checkpoint, with or without those of the table", async () => {
    writeFileAtomic(bench.at("mine/all.json"), formatCircuitJson(all()));
    const files = ["mine/all.json"];
    const alone = await bench.evaluate({ files }, "files", null);
    expect(alone.evaluation.map(({ step, modelStep, rule, size }) => [step, modelStep, rule, size])).toEqual(
      [0, 1, 2].map((step) => [step, step, "file mine/all.json", 1]),
    );
    for (const { faithfulness, circuitAccuracy, modelAccuracy } of alone.evaluation) {
      expect(faithfulness).toBeCloseTo(100, 3);
      expect(circuitAccuracy).toBe(modelAccuracy);
    }
    expect(readManifest(join(alone.output, evaluationSchema.file)).inputs).toHaveProperty([
      "files/mine/all.json",
    ]);
    const both = await bench.evaluate({ files, model: "last" }, "both");
    expect(both.evaluation.filter(({ rule }) => rule.startsWith("file")).map(({ step }) => step)).toEqual([
      2,
    ]);
    expect(both.evaluation).toHaveLength(evaluatedAt(2).length + 1);
  });

  test("must be of the model's graph", async () => {
    const other = createGraph({ layers: 3, heads: 2, parallel: true });
    const circuit = {
      ...all(),
      graph: other,
      edges: other.emptySet(),
      scores: new Float64Array(other.edges),
    };
    writeFileAtomic(bench.at("mine/other.json"), formatCircuitJson(circuit));
    await expect(bench.evaluate({ files: ["mine/other.json"] }, "refused", null)).rejects.toThrow(
      /model with other dimensions[\s\S]*3 layers of 2 heads[\s\S]*2 layers of 2 heads/,
    );
  });

  test("at least one circuit is needed", async () => {
    await expect(bench.evaluate({}, "refused", null)).rejects.toThrow("there is no circuit to evaluate");
  });
});

test("a model whose output does not depend on the corruption is refused by its checkpoint", async () => {
  const fresh = new Workbench();
  await fresh.attribute();
  await fresh.select(selection);
  const weights = new Map(
    [...tinyModel.weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice().fill(0) }]),
  );
  saveModel(fresh.at("model"), { ...tinyModel, weights });
  await expect(fresh.evaluate()).rejects.toThrow(
    /^the faithfulness of circuits is undefined: .*\n {2}place: lora-r2, seed 1, step 0\n.*the model's kl is 0/,
  );
});

test("circuits of another train stage's runs are refused", async () => {
  const rows = readTable(bench.at("circuits"), circuitsSchema);
  const runs = { experiment: "test", stage: "elsewhere" };
  await writeTable(bench.at("foreign"), circuitsSchema, rows, createProvenance({ runs }));
  await expect(bench.evaluate({}, "refused", "foreign")).rejects.toThrow(
    /different train stage[\s\S]*circuits\.arrow[\s\S]*stage elsewhere of test/,
  );
  expect(tablePath(bench.at("foreign"), circuitsSchema)).toContain("foreign");
});
