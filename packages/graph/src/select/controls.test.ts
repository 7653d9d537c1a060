import { seededRandom } from "@ft/artifacts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collapse, edgesIn, setOf } from "../circuit.ts";
import { createGraph } from "../graph.ts";
import { circuitNamed, edgeNames, graphsWithEdges } from "../testing/edges.ts";
import { edgesAmongNodes, nextCircuit } from "./controls.ts";
import { prune, sizeOf } from "./prune.ts";
import { randomCircuit } from "./random.ts";
import { rankEdges } from "./rank.ts";

test("random circuits among the nodes of a circuit have its size and none but its nodes", () => {
  fc.assert(
    fc.property(graphsWithEdges, fc.integer(), ({ graph, set }, seed) => {
      const circuit = prune(graph, set);
      const among = edgesAmongNodes(graph, circuit);
      const nodesOf = (edges: typeof circuit) =>
        collapse({ graph, edges, scores: new Float64Array(graph.edges) }).nodes;
      const own = nodesOf(circuit);
      expect(edgesIn(circuit).every((edge) => among[edge])).toBe(true);
      const between = [...graph.sourceOf.keys()].filter(
        (edge) => own.has(graph.sourceOf[edge]!) && own.has(graph.endOf(edge)),
      );
      expect(edgesIn(among)).toEqual(between);
      const drawn = randomCircuit(graph, sizeOf(circuit), seededRandom(seed, "test"), among);
      expect(sizeOf(drawn)).toBeGreaterThanOrEqual(sizeOf(circuit));
      expect(edgesIn(drawn).every((edge) => among[edge])).toBe(true);
      expect(prune(graph, drawn)).toEqual(drawn);
    }),
  );
});

test("the next circuit is of the edges after the circuit's, as many, and pruned", () => {
  const graph = createGraph({ layers: 2, heads: 1, parallel: true });
  const { scores } = circuitNamed(graph, {
    ...{ "input->logits": 9, "m0->logits": 8 },
    ...{ "input->m1": 7, "m1->logits": -6, "a0.h0->m1": 5 },
  });
  const order = rankEdges(graph, scores);
  expect(edgeNames(graph, nextCircuit(graph, order, 2))).toEqual(["input->m1", "m1->logits"]);
  expect(sizeOf(nextCircuit(graph, order, graph.edges))).toBe(0);
  const last = setOf(graph, order.subarray(graph.edges - 2));
  expect(nextCircuit(graph, order, graph.edges - 2)).toEqual(prune(graph, last));
});
