import { expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { circuitReads } from "./circuit-reads.ts";

/** Two layers of two heads: the input, a0.h0, a0.h1, m0, a1.h0, a1.h1, m1. */
const graph = createGraph({ layers: 2, heads: 2, parallel: true });
const [INPUT, A0H0, A0H1, M0, A1H0, A1H1] = [0, 1, 2, 3, 4, 5];
const value = (layer: number, head: number) => graph.headDestination(layer, head, "v");

function readsOf(edges: [source: number, destination: number][]) {
  const circuit = graph.emptySet();
  for (const [source, destination] of edges) circuit[graph.edge(source, destination)] = 1;
  return circuitReads(graph, circuit);
}

const liveNodes = (live: readonly boolean[]) => [...live.keys()].filter((node) => live[node]);

test("without edges only the input is live", () => {
  const { live, reads } = readsOf([]);
  expect(liveNodes(live)).toEqual([INPUT]);
  expect(reads.flat()).toEqual([]);
});

test("with all edges every node is live, and each destination reads all before it", () => {
  const { live, reads } = readsOf(
    Array.from(graph.sourceOf, (source, edge) => [source, graph.destinationOf[edge]!]),
  );
  expect(live.every(Boolean)).toBe(true);
  expect(reads.map(({ length }) => length)).toEqual([...graph.readable]);
  expect(reads.at(-1)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("a node on a path from the input to the logits is live, and is read by its index among the live", () => {
  const { live, reads } = readsOf([
    [INPUT, value(0, 1)],
    [A0H1, value(1, 1)],
    [INPUT, value(1, 1)],
    [A1H1, graph.logitsDestination],
  ]);
  expect(liveNodes(live)).toEqual([INPUT, A0H1, A1H1]);
  expect(reads[value(0, 1)]).toEqual([0]);
  expect(reads[value(1, 1)]).toEqual([0, 1]);
  expect(reads[graph.logitsDestination]).toEqual([2]);
});

test("nodes that read only non-live nodes are not live, even if they lead to the logits", () => {
  const { live, reads } = readsOf([
    [A0H0, value(1, 0)],
    [A0H0, graph.mlpDestination(1)],
    [A1H0, graph.logitsDestination],
  ]);
  expect(liveNodes(live)).toEqual([INPUT]);
  expect(reads.flat()).toEqual([]);
});

test("nodes that lead nowhere are not live, nor those that only they read", () => {
  const { live, reads } = readsOf([
    [INPUT, graph.mlpDestination(0)],
    [M0, value(1, 0)],
    [INPUT, value(1, 0)],
    [INPUT, graph.logitsDestination],
  ]);
  expect(liveNodes(live)).toEqual([INPUT]);
  expect(reads[value(1, 0)]).toEqual([]);
  expect(reads[graph.logitsDestination]).toEqual([0]);
});
