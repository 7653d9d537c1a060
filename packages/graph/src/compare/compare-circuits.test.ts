import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { collapsedNamed } from "../testing/edges.ts";
import { compareCircuits } from "./compare-circuits.ts";

const graph = createGraph({ layers: 2, heads: 1, parallel: true });
const before = collapsedNamed(graph, {
  "input->a0.h0": 2,
  "input->m0": 1,
  "a0.h0->logits": 0.5,
  "m0->logits": -1,
});
const after = collapsedNamed(graph, { "input->m0": 1.5, "m0->m1": 1, "m0->logits": -1, "m1->logits": 3 });

describe("compareCircuits", () => {
  test("counts nodes and edges, their overlap and change, and ranks all layers", () => {
    expect(compareCircuits(before, after)).toEqual({
      nodes: { before: 4, after: 4, jaccard: 3 / 5, changed: 2, changeRate: 0.5 },
      edges: { before: 4, after: 4, jaccard: 2 / 6, changed: 4, changeRate: 1 },
      layers: [
        { layer: 0, change: 2 + 0.5 + 0.5 + 1 },
        { layer: 1, change: 3 },
      ],
    });
  });

  test("finds no change between a circuit and itself", () => {
    const { nodes, edges, layers } = compareCircuits(before, before);
    expect(nodes).toEqual({ before: 4, after: 4, jaccard: 1, changed: 0, changeRate: 0 });
    expect(edges).toEqual({ before: 4, after: 4, jaccard: 1, changed: 0, changeRate: 0 });
    expect(layers.map(({ change }) => change)).toEqual([0, 0]);
  });
});
