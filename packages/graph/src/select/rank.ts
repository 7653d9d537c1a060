/** Edges in the order of their scores, and the first of them as a circuit. */
import type { EdgeScores, EdgeSet, Graph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { prune } from "./prune.ts";

/**
 * A graph's edges, largest |score| first; ties in the graph's order, so the order is the same everywhere.
 * Sort once and take any number of fractions from it.
 * @param keyOf what is compared instead. @default the size of the score
 * @returns [graph.edges]
 * @throws Error naming the first edge whose score is not a finite number: an attribution never yields one
 */
export function rankEdges(
  graph: Graph,
  scores: EdgeScores,
  keyOf: (score: number) => number = Math.abs,
): Int32Array {
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) throw new Error(`The score of ${new GraphNames(graph).edge(wrong)} is ${scores[wrong]}.`);
  const keys = Float64Array.from(scores, keyOf);
  return Int32Array.from(scores.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
}

/** How many edges a fraction of the graph is: the integer part, as in the EAP-IG library's use by the paper. */
export function edgeCount(graph: Graph, fraction: number): number {
  return Math.trunc(fraction * graph.edges);
}

/** The first `count` edges of an order, as a set. Not pruned. */
export function firstEdges(graph: Graph, order: Int32Array, count: number): EdgeSet {
  const set = graph.emptySet();
  for (const edge of order.subarray(0, count)) set[edge] = 1;
  return set;
}

/** The first `count` edges of an order, pruned to their connected part. @param order see {@link rankEdges} */
export function topCircuit(graph: Graph, order: Int32Array, count: number): EdgeSet {
  return prune(graph, firstEdges(graph, order, count));
}
