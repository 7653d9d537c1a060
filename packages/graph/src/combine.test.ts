import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Circuit, collapse, edgesIn } from "./circuit.ts";
import { combineCircuits, combineCollapsed } from "./combine.ts";
import { createGraph, type Graph } from "./graph.ts";
import { circuitNamed, collapsedNamed, edgeSet, graphs, named } from "./testing/edges.ts";

const graph = createGraph({ layers: 3, heads: 2, parallel: true });
const a = collapsedNamed(graph, { "input->m0": 4, "m0->m1": -3, "m1->logits": 1, "input->a0.h0": 0.5 });
const b = collapsedNamed(graph, { "input->m0": 2, "m0->m1": 2, "m0->m2": 6, "m2->logits": -2 });

/** Circuits of a graph with small whole scores, many of them equal. */
const circuitsOf = (graph: Graph): fc.Arbitrary<Circuit> =>
  fc
    .array(fc.integer({ min: -4, max: 4 }), { minLength: graph.edges, maxLength: graph.edges })
    .map((scores) => ({
      graph,
      edges: Uint8Array.from(scores, (score) => (score % 2 === 0 ? 1 : 0)),
      scores: Float64Array.from(scores),
    }));

describe("the union of two circuits", () => {
  test("has the mean score for an edge in both, and the score itself for an edge in one", () => {
    expect(named(combineCollapsed("union", [a, b]))).toEqual({
      nodes: ["input", "a0.h0", "m0", "m1", "m2", "logits"],
      edges: {
        "m0->m2": 6,
        "input->m0": 3,
        "m2->logits": -2,
        "m1->logits": 1,
        "m0->m1": -0.5,
        "input->a0.h0": 0.5,
      },
    });
  });

  test("keeps the edges with the largest |score|, and only nodes with an edge, except input and logits", () => {
    const union = combineCollapsed("union", [a, b], 2);
    expect(named(union)).toEqual({
      nodes: ["input", "m0", "m2", "logits"],
      edges: { "m0->m2": 6, "input->m0": 3 },
    });
  });

  test("takes the first of equal scores in the graph's order, whichever circuit has it", () => {
    const one = collapsedNamed(graph, { "m0->m1": -1 });
    const other = collapsedNamed(graph, { "input->m0": 1 });
    for (const pair of [[one, other] as const, [other, one] as const])
      expect(named(combineCollapsed("union", pair, 1)).edges).toEqual({ "input->m0": 1 });
  });

  test("is not pruned to paths from the input to the logits", () => {
    const [one, other] = [collapsedNamed(graph, { "m0->m1": 1 }), collapsedNamed(graph, { "m1->m2": 1 })];
    expect(named(combineCollapsed("union", [one, other])).edges).toEqual({ "m0->m1": 1, "m1->m2": 1 });
  });
});

test("the intersection has the edges and nodes of both", () => {
  expect(named(combineCollapsed("intersection", [a, b]))).toEqual({
    nodes: ["input", "m0", "m1", "logits"],
    edges: { "input->m0": 3, "m0->m1": -0.5 },
  });
  expect(named(combineCollapsed("intersection", [a, b], 1)).edges).toEqual({ "input->m0": 3 });
});

test("a node that only one circuit marks is in the union and not in the intersection", () => {
  const edge = { "m0->logits": 1 };
  const marked = { ...collapsedNamed(graph, edge), nodes: new Set(collapsedNamed(graph, edge).nodes) };
  marked.nodes.delete(graph.mlpSource(0));
  const other = collapsedNamed(graph, edge);
  expect(named(combineCollapsed("union", [marked, other])).nodes).toEqual(["m0", "logits"]);
  expect(named(combineCollapsed("intersection", [marked, other])).nodes).toEqual(["logits"]);
});

test("circuits with separate q, k and v are combined by pairs of nodes, whose q, k and v stay together", () => {
  const one = circuitNamed(graph, { "input->a1.h0<q>": 4, "input->a1.h0<k>": 1, "a1.h0->logits": 2 });
  const other = circuitNamed(graph, { "input->a1.h0<q>": 2, "input->a1.h0<v>": -10, "m0->logits": 1 });
  const union = combineCircuits("union", [one, other], 2);
  expect(union.edges).toEqual(
    edgeSet(graph, "input->a1.h0<q>", "input->a1.h0<k>", "input->a1.h0<v>", "a1.h0->logits"),
  );
  expect(edgesIn(union.edges).map((edge) => union.scores[edge])).toEqual([3, 0.5, -5, 2]);
  expect(named(union).edges).toEqual({ "input->a1.h0": (4 + 1 + 2 - 10) / 2, "a1.h0->logits": 2 });
  expect(named(combineCircuits("intersection", [one, other])).edges).toEqual({ "input->a1.h0": -1.5 });
});

test("collapsing the combination gives the combination of collapsed circuits, of any number of circuits", () => {
  const circuits = fc
    .record({ graph: graphs, count: fc.integer({ min: 1, max: 3 }) })
    .chain(({ graph, count }) => fc.tuple(...Array.from({ length: count }, () => circuitsOf(graph))));
  const anything = fc.constantFrom("union" as const, "intersection" as const);
  fc.assert(
    fc.property(circuits, anything, fc.integer({ min: 0, max: 30 }), (all, how, most) => {
      const runnable = collapse(combineCircuits(how, all, most));
      const { edges } = combineCollapsed(how, all.map(collapse), most);
      expect(new Set(runnable.edges.keys())).toEqual(new Set(edges.keys()));
      for (const [pair, score] of edges) expect(runnable.edges.get(pair)).toBeCloseTo(score, 9);
    }),
  );
});

test("an edge in some of several circuits has the mean of its scores in those", () => {
  const third = collapsedNamed(graph, { "input->m0": 3, "m0->m2": 2 });
  const { edges } = named(combineCollapsed("union", [a, b, third]));
  expect([edges["input->m0"], edges["m0->m2"], edges["m1->logits"]]).toEqual([3, 4, 1]);
  expect(named(combineCollapsed("intersection", [a, b, third])).edges).toEqual({ "input->m0": 3 });
});

test("combining is symmetric, and a circuit with itself stays as it is", () => {
  const circuits = fc
    .dictionary(fc.constantFrom("input->m0", "m0->m1", "m1->m2", "input->a2.h0", "m2->logits"), fc.integer())
    .map((edges) => collapsedNamed(graph, edges));
  fc.assert(
    fc.property(circuits, circuits, fc.constantFrom("union", "intersection"), (x, y, how) => {
      expect(named(combineCollapsed(how as "union", [x, y]))).toEqual(
        named(combineCollapsed(how as "union", [y, x])),
      );
      expect(named(combineCollapsed(how as "union", [x, x])).edges).toEqual(named(x).edges);
    }),
  );
});

test("circuits of different graphs are refused", () => {
  const other = collapsedNamed(createGraph({ layers: 3, heads: 2, parallel: false }), { "input->m0": 1 });
  expect(() => combineCollapsed("union", [a, other])).toThrow(
    /different graphs\n.*3 layers of 2 heads \(parallel MLPs\); 3 layers of 2 heads \(sequential MLPs\)/,
  );
});
