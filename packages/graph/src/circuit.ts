/** A circuit, and its collapsed form for statistics, in which a head's q, k and v are one destination. */
import type { EdgeScores, EdgeSet, Graph } from "./graph.ts";

/** A set of a graph's edges, with a score for every edge. */
export interface Circuit {
  graph: Graph;
  edges: EdgeSet;
  /** Scores of edges outside the circuit are ignored. */
  scores: EdgeScores;
}

/** The nodes and edges of a circuit, with one edge per pair of nodes. */
export interface CollapsedCircuit {
  graph: Graph;
  nodes: ReadonlySet<number>;
  /** Score by pair of nodes; see {@link Graph.pair}. */
  edges: ReadonlyMap<number, number>;
}

/** Collapses a circuit's q, k and v edges into one edge per pair of nodes, with the sum of their scores. Its nodes are the ends of its edges. */
export function collapse({ graph, edges, scores }: Circuit): CollapsedCircuit {
  const nodes = new Set<number>();
  const sums = new Map<number, number>();
  for (let edge = 0; edge < graph.edges; edge++) {
    if (!edges[edge]) continue;
    const [source, destination] = [graph.sourceOf[edge]!, graph.endOf(edge)];
    const pair = graph.pair(source, destination);
    sums.set(pair, (sums.get(pair) ?? 0) + scores[edge]!);
    nodes.add(source).add(destination);
  }
  return { graph, nodes, edges: sums };
}

/** The edges of a set, ascending. */
export function edgesIn(set: EdgeSet): number[] {
  const edges: number[] = [];
  for (let edge = 0; edge < set.length; edge++) if (set[edge]) edges.push(edge);
  return edges;
}

/** The set of some of a graph's edges. */
export function setOf(graph: Graph, edges: Iterable<number>): EdgeSet {
  const set = graph.emptySet();
  for (const edge of edges) set[edge] = 1;
  return set;
}
