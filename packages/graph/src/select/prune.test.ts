import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { edgesIn } from "../circuit.ts";
import { createGraph, type EdgeSet, type Graph } from "../graph.ts";
import { edgeNames, edgeSet, graphsWithEdges } from "../testing/edges.ts";
import { countNodes, prune, sizeOf } from "./prune.ts";

/** The definition, literally: drop nodes without an incoming or an outgoing edge until none is left. */
function pruneByRounds(graph: Graph, set: EdgeSet): EdgeSet {
  const kept = set.slice();
  for (;;) {
    const incoming = new Uint8Array(graph.nodes);
    const outgoing = new Uint8Array(graph.nodes);
    incoming[0] = 1;
    outgoing[graph.logits] = 1;
    for (const edge of edgesIn(kept)) {
      outgoing[graph.sourceOf[edge]!] = 1;
      incoming[graph.endOf(edge)] = 1;
    }
    const dead = edgesIn(kept).filter((edge) =>
      [graph.sourceOf[edge]!, graph.endOf(edge)].some((node) => !incoming[node] || !outgoing[node]),
    );
    if (dead.length === 0) return kept;
    for (const edge of dead) kept[edge] = 0;
  }
}

describe("prune", () => {
  const graph = createGraph({ layers: 3, heads: 2, parallel: true });

  test("a chain that ends before the logits is dropped", () => {
    const set = edgeSet(graph, "input->logits", "input->a0.h0<q>", "a0.h0->m1", "m1->a2.h1<v>");
    expect(edgeNames(graph, prune(graph, set))).toEqual(["input->logits"]);
  });

  test("a chain that does not begin at the input is dropped", () => {
    const set = edgeSet(graph, "input->m2", "m2->logits", "a0.h0->m1", "m1->m2", "a0.h1->logits");
    expect(edgeNames(graph, prune(graph, set))).toEqual(["input->m2", "m2->logits"]);
  });

  test("an edge into any of a head's q, k and v keeps the head", () => {
    const set = edgeSet(graph, "input->a0.h0<k>", "a0.h0->logits");
    expect(prune(graph, set)).toEqual(set);
  });

  test("nothing is left if input and logits are not connected", () => {
    const set = edgeSet(graph, "input->a0.h0<k>", "m0->a2.h0<q>", "a2.h0->logits");
    expect(sizeOf(prune(graph, set))).toBe(0);
  });

  test("gives the same as dropping unconnected nodes repeatedly", () => {
    fc.assert(
      fc.property(graphsWithEdges, ({ graph, set }) => {
        expect(prune(graph, set)).toEqual(pruneByRounds(graph, set));
      }),
    );
  });

  test("does not change its argument, nor a set already pruned", () => {
    fc.assert(
      fc.property(graphsWithEdges, ({ graph, set }) => {
        const before = set.slice();
        const pruned = prune(graph, set);
        expect(set).toEqual(before);
        expect(prune(graph, pruned)).toEqual(pruned);
      }),
    );
  });

  test("keeps every edge of the whole graph", () => {
    expect(sizeOf(prune(graph, graph.emptySet().fill(1)))).toBe(graph.edges);
  });
});

describe("countNodes", () => {
  test("counts each node once, a head's three inputs as one", () => {
    const graph = createGraph({ layers: 2, heads: 2, parallel: true });
    expect(countNodes(graph, graph.emptySet())).toBe(0);
    const set = edgeSet(graph, "input->a0.h0<q>", "input->a0.h0<k>", "a0.h0->logits");
    expect(countNodes(graph, set)).toBe(3);
  });
});
