import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph } from "../../graph.ts";
import { circuitNamed, edgeNames, graphs } from "../../testing/edges.ts";
import { firstEdges, rankEdges, topCircuit } from "../rank.ts";
import { ruleNamed, type ScoredGraph, selectionRules } from "./index.ts";

/** Graphs with scores, of which many are equal. */
const scored = fc
  .tuple(graphs, fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 20, maxLength: 200 }))
  .map(([graph, draws]) => ({
    graph,
    scores: Float64Array.from(graph.emptySet(), (_, edge) => draws[edge % draws.length]! / 4),
    nodeScores: Float64Array.from({ length: graph.sources }, (_, node) => draws[(7 * node) % draws.length]!),
  }));

test("every rule ranks every edge once", () => {
  fc.assert(
    fc.property(scored, (given) => {
      const every = [...given.scores.keys()];
      for (const rule of selectionRules) expect([...rule.rank(given)].sort((a, b) => a - b)).toEqual(every);
    }),
  );
});

const graph = createGraph({ layers: 2, heads: 1, parallel: true });
const { scores } = circuitNamed(graph, {
  "input->a0.h0<v>": 1,
  "a0.h0->m1": -8,
  "a0.h0->logits": 2,
  "m1->logits": 3,
  "input->logits": -4,
  "input->m0": 4,
});
/** The names of the edges that a rule selects for a size, sorted. */
function chosen(name: string, size: number, given: ScoredGraph = { graph, scores }): string[] {
  const rule = ruleNamed(name);
  return edgeNames(given.graph, firstEdges(given.graph, rule.rank(given), rule.count(given, size))).sort();
}

/** The share of the graph's edges that a number of them is. */
const share = (edges: number) => (edges + 0.5) / graph.edges;

test("top takes the largest sizes, top-signed the largest values, equal ones in the graph's order", () => {
  expect(chosen("top", share(2))).toEqual(["a0.h0->m1", "input->m0"]);
  expect(chosen("top-signed", share(2))).toEqual(["input->m0", "m1->logits"]);
  expect(chosen("top-signed", 1)).toHaveLength(graph.edges);
});

describe("greedy", () => {
  test("follows edges back from the logits: a large score counts only once its destination is reached", () => {
    expect(chosen("greedy", share(1))).toEqual(["input->logits"]);
    expect(chosen("greedy", share(2))).toEqual(["input->logits", "m1->logits"]);
    expect(chosen("greedy", share(3))).toEqual(["a0.h0->m1", "input->logits", "m1->logits"]);
  });

  test("is best-first search", () => {
    fc.assert(
      fc.property(scored, ({ graph, scores }) => {
        const reached = new Set([graph.logits]);
        const left = [...rankEdges(graph, scores)];
        const wanted: number[] = [];
        while (left.length > 0) {
          const [edge] = left.splice(
            left.findIndex((other) => reached.has(graph.endOf(other))),
            1,
          );
          wanted.push(edge!);
          reached.add(graph.sourceOf[edge!]!);
        }
        expect([...ruleNamed("greedy").rank({ graph, scores })]).toEqual(wanted);
      }),
    );
  });

  test("without pruning every edge is on a path to the logits, which pruning keeps only if the input reaches it", () => {
    const order = ruleNamed("greedy").rank({ graph, scores });
    expect(edgeNames(graph, topCircuit(graph, order, 3))).toEqual(["input->logits"]);
  });
});

describe("threshold", () => {
  test("keeps scores of at least a share of the largest size, that one included", () => {
    expect(chosen("threshold", 1)).toEqual(["a0.h0->m1"]);
    expect(chosen("threshold", 0.5)).toEqual(["a0.h0->m1", "input->logits", "input->m0"]);
    expect(chosen("threshold", 0.51)).toEqual(["a0.h0->m1"]);
    expect(chosen("threshold", 0)).toHaveLength(graph.edges);
  });
});

describe("nodes", () => {
  // Of input, a0.h0, m0, a1.h0 and m1.
  const nodeScores = Float64Array.of(5, -4, 1, 2, 3);
  const given = { graph, scores, nodeScores };

  test("takes every edge between the largest nodes, and those to the logits", () => {
    expect(chosen("nodes", 0.4, given)).toEqual([
      ...["a0.h0->logits", "input->a0.h0<k>", "input->a0.h0<q>", "input->a0.h0<v>", "input->logits"],
    ]);
    expect(chosen("nodes", 0.2, given)).toEqual(["input->logits"]);
    expect(chosen("nodes", 0.19, given)).toEqual([]);
    expect(chosen("nodes", 1, given)).toHaveLength(graph.edges);
  });

  test("takes no edge of a node that is not chosen", () => {
    const edges = chosen("nodes", 0.8, given);
    expect(edges).toContain("a1.h0->logits");
    expect(edges.filter((name) => name.includes("m0"))).toEqual([]);
  });

  test("needs node scores", () => {
    expect(() => chosen("nodes", 0.4)).toThrow("needs the scores of nodes");
  });
});
