/** Edges in the order of |score|, and the first of them as a circuit before pruning. */
import type { EdgeScores, EdgeSet, Graph } from "../graph.ts";
import type { GraphNames } from "../names.ts";

/**
 * The edges that exist, largest |score| first; equal ones in the order of their index, so that the order is the
 * same everywhere. Sort once, take as many fractions from it as needed.
 * @returns edge indices, [graph.edges]
 * @throws Error naming the first edge whose score is not a finite number: an attribution never yields one
 */
export function rankEdges(names: GraphNames, scores: EdgeScores): Int32Array {
  const { existing } = names.graph;
  const magnitude = new Float64Array(scores.length);
  for (const edge of existing) {
    if (!Number.isFinite(scores[edge]))
      throw new Error(`The score of ${names.edge(edge)} is ${scores[edge]}.`);
    magnitude[edge] = Math.abs(scores[edge]!);
  }
  return existing.slice().sort((a, b) => magnitude[b]! - magnitude[a]! || a - b);
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
