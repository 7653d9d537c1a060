import {
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  createProvenance,
  type EvaluationRow,
  evaluationSchema,
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
import { readEvaluatedCircuits } from "./evaluated-circuits.ts";

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

describe("the circuits to draw", () => {
  const first = { "input->m0": 1, "m0->logits": 2 };
  const last = { "input->m1": -3 };

  async function read(checkpoints: Parameters<typeof writeCircuits>[2]) {
    const folder = temporaryFolder();
    await writeCircuits(folder, graph, checkpoints);
    const scores = checkpoints.map(
      ({ plan = "lora-r2", seed = 1, step, circuit: named }): ScoresRow => ({
        ...{ plan, draw: 0, seed, step, sample: "all", layers, heads, parallel, nodeScores: null },
        scores: Array.from(circuitNamed(graph, named).scores, (score, edge) => score || edge / 1000),
      }),
    );
    await writeTable(folder, scoresSchema, scores, provenance);
    return { folder, drawn: readCircuitsToDraw(folder, folder) };
  }

  test("are the first run's first and last main circuit, with the scores of all edges", async () => {
    const { folder, drawn } = await read([
      { plan: "a", step: 0, circuit: first },
      { plan: "a", step: 5, circuit: {} },
      { plan: "a", step: 9, circuit: last },
      { plan: "b", step: 0, circuit: last },
      { plan: "b", step: 12, circuit: first },
    ]);
    expect(drawn!.run).toMatchObject({ plan: "a", draw: 0, seed: 1 });
    const { before, after } = drawn!;
    expect([before.step, after.step]).toEqual([0, 9]);
    expect(edgesIn(before.edges)).toEqual(edgesIn(circuitNamed(graph, first).edges));
    expect(edgesIn(after.edges)).toEqual(edgesIn(circuitNamed(graph, last).edges));
    expect(before.scores[20]).toBe(0.02);
    expect(after.scores[edgesIn(after.edges)[0]!]).toBe(-3);
    await writeTable(folder, changesSchema, [], provenance);
    expect(readCircuitsToDraw(folder, folder)!.after.step).toBe(9);
  });

  test("are undefined for a single checkpoint", async () => {
    expect((await read([{ step: 0, circuit: first }])).drawn).toBeUndefined();
  });
});
