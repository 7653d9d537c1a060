/** Union and intersection of circuits, as the paper merges those of a composition's two parts. */
import { type Circuit, type CollapsedCircuit, edgesIn } from "./circuit.ts";
import { checkSameGraph } from "./compare/edge-change.ts";
import type { Graph } from "./graph.ts";

/** union: what is in either circuit; intersection: what is in both. */
export const combinations = ["union", "intersection"] as const;
export type Combination = (typeof combinations)[number];

/**
 * Combines two collapsed circuits by the paper's rule: an edge in both has the mean of its scores, an edge in one keeps
 * its score; the `most` edges with the largest |score| are kept; nodes without an edge are dropped, except input and logits. There is
 * no pruning to paths: the paper's unions have edges on no path from the input to the logits.
 *
 * @param most the largest number of edges kept. @default all. Of equal scores the first in the graph's order are kept; in
 * the paper's code the choice is arbitrary
 * @throws UserError when the circuits are of different graphs
 */
export function combineCollapsed(
  how: Combination,
  a: CollapsedCircuit,
  b: CollapsedCircuit,
  most?: number,
): CollapsedCircuit {
  const { graph } = a;
  checkSameGraph(graph, b.graph);
  const edges = new Map(combineScores(how, a.edges, b.edges, most));
  return { graph, nodes: combineNodes(how, a, b, touched(graph, edges.keys())), edges };
}

/** {@link combineCollapsed} for circuits with separate q, k and v, which can be run. Their nodes are the ends of their edges. */
export function combineCircuits(how: Combination, a: Circuit, b: Circuit, most?: number): Circuit {
  const { graph } = a;
  checkSameGraph(graph, b.graph);
  const scored = ({ edges, scores }: Circuit) => new Map(edgesIn(edges).map((edge) => [edge, scores[edge]!]));
  const edges = graph.emptySet();
  const scores = new Float64Array(graph.edges);
  for (const [edge, score] of combineScores(how, scored(a), scored(b), most)) {
    edges[edge] = 1;
    scores[edge] = score;
  }
  return { graph, edges, scores };
}

/** The combined edges with their scores, largest |score| first. */
function combineScores(
  how: Combination,
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  most = Number.POSITIVE_INFINITY,
): [edge: number, score: number][] {
  const scores: [edge: number, score: number][] = [];
  for (const [edge, score] of a) {
    const other = b.get(edge);
    if (other !== undefined) scores.push([edge, (score + other) / 2]);
    else if (how === "union") scores.push([edge, score]);
  }
  if (how === "union") for (const [edge, score] of b) if (!a.has(edge)) scores.push([edge, score]);
  return scores.sort(([i, x], [j, y]) => Math.abs(y) - Math.abs(x) || i - j).slice(0, most);
}

function combineNodes(
  how: Combination,
  a: CollapsedCircuit,
  b: CollapsedCircuit,
  ends: ReadonlySet<number>,
): Set<number> {
  const { logits } = a.graph;
  const merged =
    how === "union"
      ? [...new Set([...a.nodes, ...b.nodes])]
      : [...a.nodes].filter((node) => b.nodes.has(node));
  return new Set(merged.filter((node) => ends.has(node) || node === 0 || node === logits));
}

/** The nodes at the ends of collapsed edges. */
function touched(graph: Graph, pairs: Iterable<number>): Set<number> {
  const nodes = new Set<number>();
  for (const pair of pairs) {
    const { source, destination } = graph.nodesOf(pair);
    nodes.add(source).add(destination);
  }
  return nodes;
}
