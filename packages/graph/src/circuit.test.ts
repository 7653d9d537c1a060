import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collapse, edgesIn, setOf } from "./circuit.ts";
import { createGraph } from "./graph.ts";
import { GraphNames } from "./names.ts";
import { circuitNamed, graphsWithEdges, named } from "./testing/edges.ts";

describe("collapse", () => {
  const graph = createGraph({ layers: 2, heads: 2, parallel: true });

  test("adds up the scores of q, k and v edges in the circuit only", () => {
    const circuit = circuitNamed(graph, {
      "input->a1.h0<q>": 1,
      "input->a1.h0<v>": 2,
      "input->a1.h1<k>": 4,
      "input->m0": 8,
    });
    circuit.scores[new GraphNames(graph).edgeIndex("input->a1.h0<k>")] = 100;
    expect(named(circuit).edges).toEqual({ "input->m0": 8, "input->a1.h0": 3, "input->a1.h1": 4 });
  });

  test("has the ends of its edges as nodes, each head once", () => {
    const circuit = circuitNamed(graph, { "input->a0.h1<q>": 1, "input->a0.h1<k>": 1, "a0.h1->logits": 1 });
    expect(named(circuit).nodes).toEqual(["input", "a0.h1", "logits"]);
  });

  test("of the whole graph has one edge per pair of nodes in order", () => {
    const all = graph.emptySet().fill(1);
    // Two layers of input + 2 heads + MLP: 3 read the input, 3 read input and layer 0, the logits read all 7.
    expect(collapse({ graph, edges: all, scores: new Float64Array(graph.edges) }).edges.size).toBe(
      3 * 1 + 3 * 4 + 7,
    );
  });

  test("keeps the circuit's total score, over the pairs of nodes that its edges join", () => {
    fc.assert(
      fc.property(graphsWithEdges, fc.array(fc.integer(), { minLength: 1 }), ({ graph, set }, values) => {
        const scores = Float64Array.from(set, (_, edge) => values[edge % values.length]!);
        const { edges } = collapse({ graph, edges: set, scores });
        const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
        expect(sum(edges.values())).toBe(sum(edgesIn(set).map((edge) => scores[edge]!)));
        const names = new GraphNames(graph);
        expect(new Set([...edges.keys()].map((pair) => names.pair(pair)))).toEqual(
          new Set(edgesIn(set).map((edge) => names.edge(edge).replace(/<.>$/, ""))),
        );
      }),
    );
  });
});

test("a set and the list of its edges convert into each other", () => {
  fc.assert(
    fc.property(graphsWithEdges, ({ graph, set }) => {
      expect(setOf(graph, edgesIn(set))).toEqual(set);
    }),
  );
});
