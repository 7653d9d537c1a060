import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { graphs } from "../testing/edges.ts";
import { prune, sizeOf } from "./prune.ts";
import { edgeCount, firstEdges, rankEdges, topCircuit } from "./rank.ts";

describe("rankEdges", () => {
  test("orders by the size of the score, whatever its sign, and equal ones by index", () => {
    fc.assert(
      fc.property(graphs, fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1 }), (graph, draws) => {
        const scores = Float64Array.from(graph.emptySet(), (_, edge) => draws[edge % draws.length]! / 4);
        const order = rankEdges(graph, scores);
        expect([...order].sort((a, b) => a - b)).toEqual([...scores.keys()]);
        for (let i = 1; i < order.length; i++) {
          const [larger, smaller] = [Math.abs(scores[order[i - 1]!]!), Math.abs(scores[order[i]!]!)];
          expect(larger > smaller || (larger === smaller && order[i - 1]! < order[i]!)).toBe(true);
        }
      }),
    );
  });

  test("names an edge whose score is not a number", () => {
    const graph = createGraph({ layers: 2, heads: 1, parallel: true });
    const names = new GraphNames(graph);
    const scores = new Float32Array(graph.edges);
    scores[names.edgeIndex("m0->a1.h0<k>")] = Number.NaN;
    expect(() => rankEdges(graph, scores)).toThrow("m0->a1.h0<k> is NaN");
  });
});

describe("firstEdges", () => {
  test("takes the given number of edges from the front of the order", () => {
    const graph = createGraph({ layers: 2, heads: 2, parallel: true });
    const names = new GraphNames(graph);
    const scores = new Float64Array(graph.edges);
    const largest = ["m0->logits", "input->m1", "a0.h1->a1.h0<v>"].map((name) => names.edgeIndex(name));
    largest.forEach((edge, i) => {
      scores[edge] = (i % 2 ? -1 : 1) * (3 - i);
    });
    const order = rankEdges(graph, scores);
    const set = firstEdges(graph, order, 3);
    expect(sizeOf(set)).toBe(3);
    for (const edge of largest) expect(set[edge]).toBe(1);
  });
});

test("the circuit of the first edges is pruned", () => {
  const graph = createGraph({ layers: 2, heads: 1, parallel: true });
  const names = new GraphNames(graph);
  const order = Int32Array.from(["m0->m1", "input->logits"], (name) => names.edgeIndex(name));
  expect(topCircuit(graph, order, 2)).toEqual(prune(graph, firstEdges(graph, order, 2)));
  expect(sizeOf(topCircuit(graph, order, 2))).toBe(1);
});

describe("edgeCount", () => {
  test("5% of Pythia-1.4B are 11,574 edges", () => {
    expect(edgeCount(createGraph({ layers: 24, heads: 16, parallel: true }), 0.05)).toBe(11_574);
  });
});
