import {
  type CircuitRow,
  circuitsSchema,
  createProvenance,
  type EvaluationRow,
  evaluationSchema,
  RANDOM_MODEL,
  readTable,
  type ScoresRow,
  scoresSchema,
  writeTable,
} from "@ft/artifacts";
import { createGraph, edgesIn } from "@ft/graph";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../artifacts/src/testing/temporary-folder.ts";
import { circuitNamed } from "../../graph/src/testing/edges.ts";
import { writeCircuits } from "../../graph/src/testing/write-circuits.ts";
import { readCircuitsToDraw } from "./circuits-to-draw.ts";
import { readCircuitsByKind, readControlCircuits, readEvaluatedCircuits } from "./evaluated-circuits.ts";

const graph = createGraph({ layers: 2, heads: 2, parallel: true });
const { layers, heads, parallel } = graph;
const key = { plan: "probe", draw: 0, seed: 1, step: 0, sample: "all", rule: "top", size: 0.1, index: 0 };
const circuit: CircuitRow = {
  ...key,
  ...{ layers, heads, parallel },
  ...{ selectedEdges: 4, nodes: 3, collapsedEdges: 2, edges: [1, 5], scores: [1, 2] },
};
const evaluation: EvaluationRow = {
  ...key,
  ablation: "patching",
  ...{ modelPlan: "probe", modelDraw: 0, modelSeed: 1, modelStep: 0, metric: "kl", kind: null, examples: 9 },
  ...{ modelMetric: 2, circuitMetric: 1, faithfulness: 50, modelAccuracy: 0.9, circuitAccuracy: 0.3 },
};
const provenance = createProvenance({ runs: { experiment: "test", stage: "probe" } });

describe("evaluated circuits", () => {
  async function read(circuits: readonly CircuitRow[], evaluations: readonly EvaluationRow[]) {
    const folder = temporaryFolder();
    await writeTable(folder, circuitsSchema, circuits, provenance);
    await writeTable(folder, evaluationSchema, evaluations, provenance);
    return readEvaluatedCircuits([folder], [folder]);
  }

  test("combine a circuit's size with its faithfulness and accuracy", async () => {
    const random = { rule: "random", index: 1 };
    const rows = await read(
      [circuit, { ...circuit, ...random }],
      [evaluation, { ...evaluation, ...random, faithfulness: 5 }],
    );
    const { plan, draw, seed, step } = key;
    const { ablation: _, ...judged } = evaluation;
    const { metric, modelMetric, circuitMetric, modelAccuracy, circuitAccuracy } = judged;
    const shared = { plan, draw, seed, step, fraction: 0.1, edges: 2, nodes: 3, metric };
    const numbers = { modelMetric, circuitMetric, modelAccuracy, circuitAccuracy };
    expect(rows).toEqual([
      { ...shared, ...numbers, kind: "found", faithfulness: 50 },
      { ...shared, ...numbers, kind: "random", faithfulness: 5 },
    ]);
  });

  test("are of any selection rule; of controls, only random ones", async () => {
    const rules = ["greedy", "random", "random-nodes", "next"].map((rule) => ({ rule }));
    const rows = await read(
      rules.map((rule) => ({ ...circuit, ...rule })),
      rules.map((rule) => ({ ...evaluation, ...rule })),
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["found", "random"]);
  });

  test("are only those on all examples, in their own checkpoint's model", async () => {
    const other = { ...evaluation, faithfulness: 1 };
    const rows = await read(
      [circuit, { ...circuit, sample: "half 1" }, { ...circuit, sample: "all", step: 5 }],
      [
        evaluation,
        { ...other, kind: "add" },
        { ...other, modelStep: 5 },
        { ...other, sample: "half 1" },
        { ...other, step: 5, modelStep: 0 },
      ],
    );
    expect(rows.map(({ step, faithfulness }) => [step, faithfulness])).toEqual([[0, 50]]);
  });
});

test("control circuits are of the model that they were evaluated in, and named by what they are", async () => {
  const folder = temporaryFolder();
  const seeds = { modelSeed: 2 };
  const rows: EvaluationRow[] = [
    { ...evaluation, rule: "next" },
    { ...evaluation, rule: "random-nodes", index: 1 },
    { ...evaluation, rule: "random", index: 1 },
    { ...evaluation, modelStep: 5 },
    { ...evaluation, ...seeds, step: 5, modelStep: 5, faithfulness: 7 },
    { ...evaluation, ...seeds, step: 4, modelStep: 5 }, // another seed's of another step
    { ...evaluation, modelPlan: "other" },
    { ...evaluation, modelStep: 6, kind: "add" },
    { ...evaluation, modelStep: 7, sample: "half 1" },
    { ...evaluation, modelStep: 8, ablation: "zero" },
    { ...evaluation, modelStep: 9, faithfulness: null },
    evaluation,
    { ...evaluation, rule: "random", index: 1, modelStep: 5 },
    { ...evaluation, ...seeds }, // before training the model is the same
    { ...evaluation, rule: "common", step: 5, modelStep: 5 },
    { ...evaluation, rule: "greedy", plan: RANDOM_MODEL, seed: 2, modelStep: 5 },
    { ...evaluation, rule: "random", index: 1, plan: RANDOM_MODEL, modelStep: 5 },
  ];
  for (const [i, row] of rows.entries()) {
    await writeTable(`${folder}/${i}`, evaluationSchema, [row], {
      ...provenance,
      runs: { experiment: "test", stage: `probe-${i}` },
    });
  }
  const read = (i: number) => readControlCircuits([`${folder}/${i}`]);
  const at = { plan: "probe", draw: 0, seed: 1, step: 0, circuitStep: 0, fraction: 0.1, faithfulness: 50 };
  expect([0, 1, 3, 4, 14, 15].flatMap(read)).toEqual([
    { ...at, kind: "next by score" },
    { ...at, kind: "random among found nodes" },
    { ...at, kind: "another checkpoint's", step: 5 },
    { ...at, kind: "another seed's", seed: 2, step: 5, circuitStep: 5, faithfulness: 7 },
    { ...at, kind: "common to both ends", step: 5, circuitStep: 5 },
    { ...at, kind: "a random model's", step: 5 },
  ]);
  expect([2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16].flatMap(read)).toEqual([]);
});

describe("the circuits to draw", () => {
  const first = { "input->m0": 1, "m0->logits": 2 };
  const last = { "input->m1": -3 };

  const scoresRow = (plan: string, step: number, named: Record<string, number>): ScoresRow => ({
    ...{ plan, draw: 0, seed: 1, step, sample: "all", layers, heads, parallel, nodeScores: null },
    scores: Array.from(circuitNamed(graph, named).scores, (score, edge) => score || edge / 1000),
  });

  test("are the first run's first and last main circuit, with that run's scores of all edges", async () => {
    const folder = temporaryFolder();
    await writeCircuits(folder, graph, [
      { plan: "a", step: 0, circuit: first },
      { plan: "a", step: 5, circuit: {} },
      { plan: "a", step: 9, circuit: last },
      { plan: "b", step: 0, circuit: last },
      { plan: "b", step: 12, circuit: first },
    ]);
    // Circuits of another size at both ends, whose changes nobody asked for; scores of another run before the first's.
    const larger = readTable(folder, circuitsSchema).flatMap((row) =>
      row.plan === "a" && row.step !== 5 ? [row, { ...row, size: 0.5, edges: [0], scores: [7] }] : [row],
    );
    await writeTable(folder, circuitsSchema, larger, provenance);
    const scores = [
      scoresRow("b", 0, last),
      scoresRow("b", 9, first),
      scoresRow("a", 0, first),
      scoresRow("a", 9, last),
    ];
    await writeTable(folder, scoresSchema, scores, provenance);
    const { run, before, after } = readCircuitsToDraw(folder, folder)!;
    expect(run).toMatchObject({ plan: "a", draw: 0, seed: 1 });
    expect([before.step, after.step]).toEqual([0, 9]);
    expect(edgesIn(before.edges)).toEqual(edgesIn(circuitNamed(graph, first).edges));
    expect(edgesIn(after.edges)).toEqual(edgesIn(circuitNamed(graph, last).edges));
    expect([...before.scores]).toEqual(scores[2]!.scores);
    expect([...after.scores]).toEqual(scores[3]!.scores);
  });

  test("are none where there is one checkpoint", async () => {
    const folder = temporaryFolder();
    await writeCircuits(folder, graph, [{ plan: "a", step: 0, circuit: first }]);
    await writeTable(folder, scoresSchema, [scoresRow("a", 0, first)], provenance);
    expect(readCircuitsToDraw(folder, folder)).toBeUndefined();
  });
});

test("found circuits have their evaluations by kind of example in their own model", async () => {
  const folder = temporaryFolder();
  const kind = { kind: "add", examples: 4, faithfulness: null };
  const rows = [
    evaluation,
    { ...evaluation, ...kind },
    { ...evaluation, ...kind, kind: "sub" },
    { ...evaluation, ...kind, rule: "random" },
    { ...evaluation, ...kind, step: 1 },
  ];
  await writeTable(folder, evaluationSchema, rows, provenance);
  const { plan, draw, seed, step } = key;
  const shared = { plan, draw, seed, step, fraction: 0.1, examples: 4, faithfulness: null };
  const accuracies = { modelAccuracy: 0.9, circuitAccuracy: 0.3 };
  expect(readCircuitsByKind([folder])).toEqual([
    { ...shared, ...accuracies, kind: "add" },
    { ...shared, ...accuracies, kind: "sub" },
  ]);
});
