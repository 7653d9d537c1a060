import { seededRandom } from "@ft/artifacts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { edgeNames, graphs, graphsWithEdges } from "../testing/edges.ts";
import { prune, sizeOf } from "./prune.ts";
import { randomCircuit, randomPath } from "./random.ts";

describe("randomCircuit", () => {
  test("has as many edges as asked for and needs no pruning, from a sparse to a full graph", () => {
    const graph = createGraph({ layers: 8, heads: 8, parallel: true });
    for (const share of [0.01, 0.02, 0.05, 0.1, 0.5, 1]) {
      const edges = Math.trunc(share * graph.edges);
      const circuit = randomCircuit(graph, edges, seededRandom(1, `share ${share}`));
      expect(sizeOf(circuit)).toBe(edges);
      expect(prune(graph, circuit)).toEqual(circuit);
    }
  });

  test("matches the size of any pruned circuit, or exceeds it if no edge can be removed", () => {
    fc.assert(
      fc.property(graphsWithEdges, fc.integer(), ({ graph, set }, seed) => {
        const wanted = sizeOf(prune(graph, set));
        const circuit = randomCircuit(graph, wanted, seededRandom(seed, "test"));
        expect(prune(graph, circuit)).toEqual(circuit);
        expect(sizeOf(circuit)).toBeGreaterThanOrEqual(wanted);
        if (sizeOf(circuit) === wanted) return;
        const names = new GraphNames(graph);
        const ends = edgeNames(graph, circuit).map((name) => names.ends(names.edgeIndex(name)));
        for (const { source, destination } of ends) {
          const alone = (side: "source" | "destination", node: string) =>
            ends.filter((e) => e[side] === node).length === 1;
          expect(alone("source", source) || alone("destination", destination)).toBe(true);
        }
      }),
    );
  });

  test("depends on the seed only", () => {
    const graph = createGraph({ layers: 4, heads: 4, parallel: true });
    const draw = (seed: number) =>
      edgeNames(graph, randomCircuit(graph, 60, seededRandom(seed, "random circuit")));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

test("a random path leads from the input to the logits, and every edge is on some", () => {
  fc.assert(
    fc.property(graphs, fc.integer(), (graph, seed) => {
      const random = seededRandom(seed, "paths");
      for (let draw = 0; draw < 5; draw++) {
        const path = randomPath(graph, random);
        const ends = path.map((edge) => graph.endOf(edge));
        expect(path.map((edge) => graph.sourceOf[edge])).toEqual([0, ...ends.slice(0, -1)]);
        expect(ends.at(-1)).toBe(graph.logits);
      }
    }),
    { numRuns: 30 },
  );
  const graph = createGraph({ layers: 1, heads: 1, parallel: false });
  const random = seededRandom(1, "paths");
  const met = new Set(Array.from({ length: 200 }, () => randomPath(graph, random)).flat());
  expect(met.size).toBe(graph.edges);
});
