import { seededRandom } from "@ft/artifacts";
import { createGraph, type EdgeSet, edgesIn, GraphNames, setOf } from "@ft/graph";
import { describe, expect, test } from "vitest";
import { testCircuit } from "./test-circuit.ts";

const graph = createGraph({ layers: 1, heads: 1, parallel: true });
const names = new GraphNames(graph);
const edges = (...list: string[]) => list.map((name) => names.edgeIndex(name));

/** The weight of each edge of a model whose score on an example is x times the sum of the weights that it is run with. */
const weights = new Float64Array(graph.edges).fill(1);
const inside = edges("input->logits", "input->m0", "m0->logits");
inside.forEach((edge, i) => {
  weights[edge] = [3, 2, 0.5][i]!;
});
const circuit = setOf(graph, inside);
/** The model's sum is 9.5, the circuit's 5.5. Of the other four edges, every path adds two: into the head, and out of it. */
function testAt(x: readonly number[], tested = circuit, draws = 10, level = 0.05) {
  let runs = 0;
  function* scoresOf(circuits: Iterable<EdgeSet>) {
    for (const set of circuits) {
      runs++;
      const sum = edgesIn(set).reduce((total, edge) => total + weights[edge]!, 0);
      yield Float64Array.from(x, (value) => value * sum);
    }
  }
  return { ...testCircuit(graph, tested, scoresOf, { draws, level }), runs: () => runs };
}
const signs = [1, -1, 1, -1];

test("an edge of less effect than any random edge is unnecessary, one of more effect is not", () => {
  const { minimality } = testAt(signs);
  // Every random edge has weight 1, so effect 1.
  expect(minimality.edges.map(({ edge, effect }) => [names.edge(edge), effect])).toEqual(
    [...inside].sort((a, b) => a - b).map((edge) => [names.edge(edge), weights[edge]! ** 2]),
  );
  const p = Object.fromEntries(minimality.edges.map((one) => [names.edge(one.edge), one.p]));
  expect(p["input->logits"]).toBeCloseTo(1, 12);
  expect(p["m0->logits"]).toBeCloseTo(0.1 ** 10, 20); // it beats none of 10
  expect(minimality.unnecessary).toBe(1);
});

test("an edge of the same effect as a random one does not beat it", () => {
  const [edge] = edges("m0->logits");
  weights[edge!] = 1;
  const { minimality } = testAt(signs);
  weights[edge!] = 0.5;
  expect(minimality.edges.find((one) => one.edge === edge)!.p).toBeCloseTo(0.1 ** 10, 20);
});

test("the level of minimality is divided by the number of edges", () => {
  // One draw gives the weak edge p = 0.1, of three edges.
  expect(testAt(signs, circuit, 1, 0.2).minimality.unnecessary).toBe(0);
  expect(testAt(signs, circuit, 1, 0.31).minimality.unnecessary).toBe(1);
});

test("sufficiency counts the random circuits that are as far from the model, or further", () => {
  // No circuit of three edges has a larger sum than this one, so none is closer.
  expect(testAt(signs).sufficiency).toEqual({ beaten: 10, p: expect.closeTo(0.9 ** 10, 12) });
  // The head's circuit has a sum of 3, less than most random circuits.
  const head = setOf(graph, edges("input->a0.h0<q>", "input->a0.h0<k>", "a0.h0->logits"));
  const { beaten, p } = testAt(signs, head, 40).sufficiency;
  expect(beaten).toBeLessThan(40);
  expect(p).toBeGreaterThan(0.99);
});

describe("equivalence", () => {
  test("half of the wins on either side is as the null has it", () => {
    expect(testAt(signs).equivalence).toEqual({ wins: 0.5, p: expect.closeTo(1, 12) });
  });

  test("a circuit that always scores lower has the probability of four losses or four wins", () => {
    const { wins, p } = testAt([1, 1, 1, 1]).equivalence;
    expect(wins).toBe(0);
    expect(p).toBeCloseTo(0.4 ** 4 + 0.6 ** 4, 12);
  });

  test("equal scores are half a win", () => {
    expect(testAt([0, 0, 0, 0]).equivalence.wins).toBe(0.5);
    expect(testAt([0, 1, -1, -1]).equivalence.wins).toBe(2.5 / 4);
  });
});

test("independence compares the model's scores with those of all edges outside the circuit", () => {
  const random = seededRandom(1, "test");
  const x = Array.from({ length: 12 }, () => random.normal());
  expect(testAt(x).independence.p).toBeLessThan(0.01); // 9.5 x and 4 x
  const all = graph.emptySet().fill(1);
  all[edges("input->logits")[0]!] = 0;
  weights[edges("input->logits")[0]!] = 0;
  const { independence } = testAt(x, all); // 6.5 x and 0
  weights[edges("input->logits")[0]!] = 3;
  expect(independence).toEqual({ hsic: expect.closeTo(0, 12), p: 1 });
});

test("three runs, one per edge, and three per draw", () => {
  expect(testAt(signs).runs()).toBe(3 + 3 + 3 * 10);
});

test("edges on no path do not count", () => {
  const loose = circuit.slice();
  loose[names.edgeIndex("input->a0.h0<q>")] = 1;
  expect(testAt(signs, loose).minimality.edges).toHaveLength(3);
});

test("an empty circuit and the whole graph are refused", () => {
  expect(() => testAt(signs, graph.emptySet())).toThrow("an empty circuit cannot be tested");
  expect(() => testAt(signs, graph.emptySet().fill(1))).toThrow("nearly every edge");
});
