import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { layerSums, rankLayers } from "../layers/layer-sums.ts";
import { GraphNames } from "../names.ts";
import { collapsedNamed } from "../testing/edges.ts";
import { edgeChanges } from "./edge-change.ts";

const graph = createGraph({ layers: 3, heads: 2, parallel: true });
const names = new GraphNames(graph);
const circuit = (edges: Record<string, number>) => collapsedNamed(graph, edges);

const edges = fc.dictionary(
  fc.constantFrom("input->a0.h0", "input->m2", "a0.h1->m1", "m0->a2.h0", "m1->logits", "a2.h1->logits"),
  fc.integer({ min: -8, max: 8 }).map((score) => score / 4),
);

describe("edgeChanges", () => {
  test("is |after - before|, with 0 for an edge that is missing on one side", () => {
    const before = circuit({ "input->m0": 1, "m0->logits": -2, "m0->m1": 3 });
    const after = circuit({ "input->m0": -1, "m0->logits": -2, "m0->m2": -4 });
    const changes = [...edgeChanges(before, after)].map(([pair, change]) => [names.pair(pair), change]);
    expect(Object.fromEntries(changes)).toEqual({
      "input->m0": 2,
      "m0->logits": 0,
      "m0->m1": 3,
      "m0->m2": 4,
    });
  });

  test("is the same in both directions", () => {
    fc.assert(
      fc.property(edges, edges, (a, b) => {
        const sorted = (changes: Map<number, number>) => [...changes].sort();
        expect(sorted(edgeChanges(circuit(a), circuit(b)))).toEqual(
          sorted(edgeChanges(circuit(b), circuit(a))),
        );
      }),
    );
  });

  test.each([
    { layers: 4, heads: 2, parallel: true },
    { layers: 3, heads: 1, parallel: true },
    { layers: 3, heads: 2, parallel: false },
  ])("refuses circuits whose graphs number nodes or edges differently: %o", (shape) => {
    const other = collapsedNamed(createGraph(shape), {});
    expect(() => edgeChanges(circuit({}), other)).toThrow("different graphs");
  });
});

describe("layerSums", () => {
  const changes = circuit({
    "input->m1": 1,
    "a0.h0->m2": 2,
    "m1->logits": 4,
    "m0->a1.h1": 8,
    "a2.h1->logits": 16,
  }).edges;

  test.each([
    ["source", [1 + 2 + 8, 4, 16]],
    ["source-without-input", [2 + 8, 4, 16]],
    ["destination", [0, 1 + 8, 2 + 4 + 16]],
    ["both", [(1 + 2 + 8) / 2, (4 + 1 + 8) / 2, (16 + 2 + 4 + 16) / 2]],
  ] as const)("by %s", (rule, sums) => {
    expect([...layerSums(changes, graph, rule)]).toEqual(sums);
  });

  test("add up to the whole change, whichever end an edge counts for", () => {
    fc.assert(
      fc.property(edges, edges, fc.constantFrom("source", "destination", "both"), (a, b, rule) => {
        const changes = edgeChanges(circuit(a), circuit(b));
        const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
        expect(sum(layerSums(changes, graph, rule as "source"))).toBe(sum(changes.values()));
      }),
    );
  });
});

describe("rankLayers", () => {
  test("has the largest sum first and the lower of equal layers first", () => {
    const order = rankLayers(Float64Array.of(1, 5, 0, 5)).map(({ layer }) => layer);
    expect(order).toEqual([1, 3, 0, 2]);
  });
});
