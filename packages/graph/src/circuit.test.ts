import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collapseEdges, collapseSet } from "./circuit.ts";
import { createGraph } from "./graph.ts";
import { GraphNames } from "./names.ts";

describe("collapseSet", () => {
  const names = new GraphNames(createGraph({ layers: 2, heads: 2, parallel: true }));
  const scores = Float64Array.from(names.graph.emptySet(), (_, edge) => edge);
  const score = (edge: string) => scores[names.edgeIndex(edge)]!;
  const circuit = (...edges: string[]) => {
    const set = names.graph.emptySet();
    for (const edge of edges) set[names.edgeIndex(edge)] = 1;
    return collapseSet(names, set, scores);
  };

  test("adds up the scores of q, k and v, of those in the circuit only", () => {
    const { edges } = circuit("input->a1.h0<q>", "input->a1.h0<v>", "input->a1.h1<k>", "input->m0");
    expect([...edges].sort()).toEqual([
      ["input->a1.h0", score("input->a1.h0<q>") + score("input->a1.h0<v>")],
      ["input->a1.h1", score("input->a1.h1<k>")],
      ["input->m0", score("input->m0")],
    ]);
  });

  test("has the ends of its edges as nodes, a head once", () => {
    const { nodes, layers } = circuit("input->a0.h1<q>", "input->a0.h1<k>", "a0.h1->logits");
    expect([...nodes].sort()).toEqual(["a0.h1", "input", "logits"]);
    expect(layers).toBe(2);
  });

  test("of the whole graph has one edge per pair of nodes in order", () => {
    const { edges } = circuit(...[...names.graph.existing].map((edge) => names.edge(edge)));
    // Two layers of input + 2 heads + MLP: 3 read the input, 3 read input and layer 0, the logits read all 7.
    expect(edges.size).toBe(3 * 1 + 3 * 4 + 7);
  });
});

test("collapsing keeps the circuit's total score, over the pairs of nodes that its edges join", () => {
  const names = new GraphNames(createGraph({ layers: 2, heads: 2, parallel: false }));
  const members = fc.uniqueArray(fc.constantFrom(...names.graph.existing));
  fc.assert(
    fc.property(members, fc.array(fc.integer(), { minLength: 1 }), (edges, values) => {
      const set = names.graph.emptySet();
      for (const edge of edges) set[edge] = 1;
      const scores = Float64Array.from(set, (_, edge) => values[edge % values.length]!);
      const { edges: collapsed } = collapseSet(names, set, scores);
      const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
      expect(sum(collapsed.values())).toBe(sum(edges.map((edge) => scores[edge]!)));
      expect(new Set(collapsed.keys())).toEqual(
        new Set(edges.map((edge) => names.edge(edge).replace(/<.>$/, ""))),
      );
    }),
  );
});

describe("collapseEdges", () => {
  test("keeps nodes that are named although they have no edge", () => {
    const nodes = new Set(["input", "m0", "logits"]);
    expect(collapseEdges(1, [{ source: "input", destination: "logits", score: 1 }], nodes).nodes).toEqual(
      nodes,
    );
  });
});
