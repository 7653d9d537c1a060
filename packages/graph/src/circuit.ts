/** Circuits as statistics see them: q, k and v of a head are one destination. */
import type { EdgeScores, EdgeSet } from "./graph.ts";
import { formatEdge, type GraphNames } from "./names.ts";

/** The nodes and edges of a circuit, with one edge a pair of nodes. */
export interface Circuit {
  /** Layers of the model it is a circuit of. */
  layers: number;
  /** Names of its nodes. */
  nodes: ReadonlySet<string>;
  /** Score by edge, named without a port: "m2->a5.h7". */
  edges: ReadonlyMap<string, number>;
}

/** One edge of a circuit, with or without a port. */
export interface ScoredEdge {
  source: string;
  destination: string;
  score: number;
}

/**
 * Collapses a circuit's q, k and v edges into one edge per pair of nodes, with the sum of their scores. Edges outside
 * the circuit must not be among them: they do not count.
 * @param edges the circuit's edges
 * @param nodes the circuit's nodes. Default: the ends of its edges, which they are once it is pruned
 */
export function collapseEdges(
  layers: number,
  edges: Iterable<ScoredEdge>,
  nodes?: ReadonlySet<string>,
): Circuit {
  const scores = new Map<string, number>();
  const ends = new Set<string>();
  for (const { source, destination, score } of edges) {
    const pair = formatEdge(source, destination);
    scores.set(pair, (scores.get(pair) ?? 0) + score);
    ends.add(source).add(destination);
  }
  return { layers, nodes: nodes ?? ends, edges: scores };
}

/** {@link collapseEdges} of a set of a graph's edges. */
export function collapseSet(names: GraphNames, set: EdgeSet, scores: EdgeScores): Circuit {
  const edges = [...names.graph.existing]
    .filter((edge) => set[edge])
    .map((edge) => ({ ...names.ends(edge), score: scores[edge]! }));
  return collapseEdges(names.graph.layers, edges);
}
