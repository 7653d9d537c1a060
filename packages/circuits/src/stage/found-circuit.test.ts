import { type CircuitRow, parseConfig } from "@ft/artifacts";
import { openBackend } from "@ft/backend";
import { countNodes, createGraph, firstEdges, GraphNames, prune, rankEdges, sizeOf } from "@ft/graph";
import { graphShape } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { configSchema } from "../config.ts";
import { evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import type { Pair } from "../pairs/pair.ts";
import { tinyModel } from "../testing/write-inputs.ts";
import { findCircuit } from "./find-circuit.ts";

const names = new GraphNames(createGraph(graphShape(tinyModel.config)));
const { graph } = names;
const FRACTION = 0.15;

let rows: CircuitRow[];
let scores: Float64Array;
let pairs: Pair[];
let evaluations: ReturnType<typeof evaluateCircuits>;
let found: ReturnType<typeof graph.emptySet>;

const mean = (values: Iterable<number>) => {
  const all = [...values];
  return all.reduce((sum, value) => sum + value, 0) / all.length;
};

beforeAll(async () => {
  const ops = await openBackend();
  const drawn: Pair[] = [4, 2, 3].map((token) => ({
    clean: [0, 1, token, 3, 4],
    corrupted: [0, 1, token, 5, 4],
    answer: 0,
  }));
  // The model answers the first pair alone, so that its accuracy is neither 0 nor 1.
  const { logits } = evaluateCircuits(ops, tinyModel, drawn, [], { logits: true }).model;
  const { vocabulary } = tinyModel.config;
  pairs = drawn.map((pair, i) => {
    const own = [...logits!.subarray(i * vocabulary, (i + 1) * vocabulary)];
    return { ...pair, answer: own.indexOf(i === 0 ? Math.max(...own) : Math.min(...own)) };
  });
  const config = parseConfig(configSchema, { fraction: FRACTION, random: 2 });
  const search = { ops, names, pairs, config, seed: 1, progress: () => {} };
  const result = findCircuit(search, { run: "a", seed: 1, step: 0 }, tinyModel, [FRACTION]);
  rows = result.circuits;
  scores = Float64Array.from(result.scores);
  const selected = Math.trunc(FRACTION * graph.edges);
  found = prune(graph, firstEdges(graph, rankEdges(names, scores), selected));
  evaluations = evaluateCircuits(ops, tinyModel, pairs, [found]);
});

test("the found circuit's row counts its pruned edges and the nodes at their ends", () => {
  expect(rows[0]).toMatchObject({
    kind: "found",
    selectedEdges: Math.trunc(FRACTION * graph.edges),
    edges: sizeOf(found),
    nodes: countNodes(graph, found),
  });
  expect(sizeOf(found)).toBeLessThan(Math.trunc(FRACTION * graph.edges));
});

test("its metrics and accuracies are means over examples, the whole model's apart from the circuit's", () => {
  const [own] = evaluations.circuits;
  const [model, circuit] = [mean(evaluations.model.metric), mean(own!.metric)];
  expect(model).not.toBeCloseTo(circuit, 6);
  expect(rows[0]!.modelMetric).toBeCloseTo(model, 10);
  expect(rows[0]!.circuitMetric).toBeCloseTo(circuit, 10);
  expect(rows[0]!.circuitAccuracy).toBeCloseTo(mean(own!.exactMatch), 12);
  for (const row of rows) {
    expect(row.modelAccuracy).toBeCloseTo(1 / 3, 12);
    const lost = Math.abs(row.modelMetric - row.circuitMetric) / row.modelMetric;
    expect(row.faithfulness).toBeCloseTo(100 * (1 - lost), 9);
  }
});

test("random circuits come after it and have as many edges", () => {
  const random = rows.slice(1);
  expect(random.map(({ kind }) => kind)).toEqual(["random", "random"]);
  for (const { edges } of random) expect(edges).toBe(sizeOf(found));
  expect(random[0]!.circuitMetric).not.toBe(random[1]!.circuitMetric);
});
