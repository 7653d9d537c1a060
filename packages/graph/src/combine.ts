/** Union and intersection of circuits, as the paper merges those of a composition's two parts. */
import { type Circuit, type CollapsedCircuit, collapse } from "./circuit.ts";
import { checkSameGraph } from "./compare/edge-change.ts";
import type { Graph } from "./graph.ts";

/** union: what is in any of the circuits; intersection: what is in all of them. */
export const combinations = ["union", "intersection"] as const;
export type Combination = (typeof combinations)[number];

/**
 * Combines collapsed circuits by the paper's rule: an edge has the mean of the scores it has in the circuits that contain it;
 * the `most` edges with the largest |score| are kept; nodes without an edge are dropped, except input and logits. There is
 * no pruning to paths: the paper's unions have edges on no path from the input to the logits.
 *
 * @param circuits at least one
 * @param most the largest number of edges kept. @default all. Of equal scores the first in the graph's order are kept; in
 * the paper's code the choice is arbitrary
 * @throws UserError when the circuits are of different graphs
 */
export function combineCollapsed(
  how: Combination,
  circuits: readonly CollapsedCircuit[],
  most = Number.POSITIVE_INFINITY,
): CollapsedCircuit {
  const { graph } = circuits[0]!;
  for (const circuit of circuits) checkSameGraph(graph, circuit.graph);
  const scores = combineScores(how, circuits)
    .sort(([i, x], [j, y]) => Math.abs(y) - Math.abs(x) || i - j)
    .slice(0, most);
  const edges = new Map(scores);
  return { graph, nodes: combineNodes(how, circuits, touched(graph, edges.keys())), edges };
}

/**
 * {@link combineCollapsed} for circuits with separate q, k and v: a circuit that can be run, and whose collapsed form has
 * the edges and scores of the combined collapsed circuits. An edge that is kept goes to every one of q, k and v that it
 * goes to in any of the circuits.
 */
export function combineCircuits(how: Combination, circuits: readonly Circuit[], most?: number): Circuit {
  const collapsed = circuits.map(collapse);
  const { graph, edges: kept } = combineCollapsed(how, collapsed, most);
  const edges = graph.emptySet();
  const scores = new Float64Array(graph.edges);
  for (let edge = 0; edge < graph.edges; edge++) {
    const pair = graph.pair(graph.sourceOf[edge]!, graph.endOf(edge));
    const owners = circuits.filter((circuit) => circuit.edges[edge]);
    if (owners.length === 0 || !kept.has(pair)) continue;
    // Of the circuits with the pair of nodes, those without this edge add 0.
    const holders = collapsed.filter((circuit) => circuit.edges.has(pair)).length;
    edges[edge] = 1;
    scores[edge] = owners.reduce((sum, circuit) => sum + circuit.scores[edge]!, 0) / holders;
  }
  return { graph, edges, scores };
}

/** The combined edges with their scores. */
function combineScores(
  how: Combination,
  circuits: readonly CollapsedCircuit[],
): [edge: number, score: number][] {
  const all = new Map<number, number[]>();
  for (const { edges } of circuits)
    for (const [edge, score] of edges) all.set(edge, [...(all.get(edge) ?? []), score]);
  const least = how === "union" ? 1 : circuits.length;
  return [...all]
    .filter(([, scores]) => scores.length >= least)
    .map(([edge, scores]) => [edge, scores.reduce((sum, score) => sum + score, 0) / scores.length]);
}

function combineNodes(
  how: Combination,
  circuits: readonly CollapsedCircuit[],
  ends: ReadonlySet<number>,
): Set<number> {
  const { logits } = circuits[0]!.graph;
  const all = [...new Set(circuits.flatMap(({ nodes }) => [...nodes]))];
  const merged = how === "union" ? all : all.filter((node) => circuits.every(({ nodes }) => nodes.has(node)));
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
