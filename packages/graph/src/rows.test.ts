import type { ScoresRow } from "@ft/artifacts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGraph } from "./graph.ts";
import { circuitOfRow, graphOfRow, rowOfCircuit, scoresOfRow } from "./rows.ts";
import { circuitNamed, graphsWithEdges } from "./testing/edges.ts";

const graph = createGraph({ layers: 2, heads: 2, parallel: true });
const checkpoint = { plan: "lora-2", draw: 0, seed: 1, step: 20, sample: "all" };
const key = { ...checkpoint, rule: "top", size: 0.1, index: 0 };
const { layers, heads, parallel } = graph;

test("a circuit comes back from its row, with the scores of its own edges", () => {
  fc.assert(
    fc.property(graphsWithEdges, ({ graph, set }) => {
      const scores = Float64Array.from(set, (_, edge) => edge / 7 - 1);
      const { edges, ...read } = circuitOfRow(rowOfCircuit(key, { graph, edges: set, scores }, 5), "x.arrow");
      expect(edges).toEqual(set);
      expect(read.graph.equals(graph)).toBe(true);
      expect(read.scores).toEqual(scores.map((score, edge) => (set[edge] ? score : 0)));
    }),
  );
});

test("a row counts nodes, and edges with q, k and v collapsed", () => {
  const circuit = circuitNamed(graph, {
    "input->a0.h1<q>": 1,
    "input->a0.h1<k>": -2,
    "a0.h1->logits": 3,
  });
  const row = rowOfCircuit(key, circuit, 7);
  expect(row).toMatchObject({ ...key, layers, heads, parallel, selectedEdges: 7 });
  expect([row.nodes, row.collapsedEdges, row.edges.length, row.scores]).toEqual([3, 2, 3, [1, -2, 3]]);
});

test("an edge that the graph does not have is refused", () => {
  const row = rowOfCircuit(key, circuitNamed(graph, { "input->logits": 1 }), 1);
  expect(() => circuitOfRow({ ...row, edges: [graph.edges] }, "circuits.arrow")).toThrow(
    /does not have\n.*circuits\.arrow\n.*lora-2, seed 1, step 20\n/,
  );
  expect(circuitOfRow({ ...row, edges: [graph.edges - 1] }, "circuits.arrow").edges.at(-1)).toBe(1);
});

test("there must be as many scores as edges, and of nodes as sources", () => {
  const row = (edges: number, sources?: number): ScoresRow => ({
    ...checkpoint,
    ...{ layers, heads, parallel },
    scores: Array(edges).fill(0.5),
    nodeScores: sources === undefined ? null : Array(sources).fill(1),
  });
  expect(scoresOfRow(row(graph.edges), "x").scores).toEqual(new Float64Array(graph.edges).fill(0.5));
  expect(() => scoresOfRow(row(graph.edges - 1), "scores.arrow")).toThrow(
    `has ${graph.edges} scores, not ${graph.edges - 1}`,
  );
  expect(() => scoresOfRow(row(graph.edges, graph.sources), "x")).not.toThrow();
  expect(() => scoresOfRow(row(graph.edges, graph.nodes), "scores.arrow")).toThrow(
    `has ${graph.sources} nodeScores, not ${graph.nodes}`,
  );
});

test("rows of parallel and sequential graphs keep their own graph, even if they alternate", () => {
  expect(graphOfRow({ layers, heads, parallel: true }).edges).toBe(graph.edges);
  expect(graphOfRow({ layers, heads, parallel: false }).edges).toBe(graph.edges + layers * heads);
  expect(graphOfRow({ layers, heads, parallel: true }).edges).toBe(graph.edges);
});
