/** Pruning a set of edges to its connected part. */
import type { EdgeSet, Graph } from "../graph.ts";

/**
 * Drops nodes without an incoming or an outgoing edge, with their edges, until there are none; the input needs no
 * incoming and the logits no outgoing edge, and a head's q, k and v belong to the same node.
 *
 * What is left are exactly the edges on a path from the input to the logits. Edges come in the order of their
 * sources, sources in the order of computation: a chain of incoming edges, followed back, can only end at the input, and
 * one of outgoing edges only at the logits. So one sweep in each direction suffices, instead of one per layer.
 * @returns a new set
 */
export function prune(graph: Graph, set: EdgeSet): EdgeSet {
  const { edges, sourceOf } = graph;
  const fromInput = new Uint8Array(graph.nodes);
  fromInput[0] = 1;
  for (let edge = 0; edge < edges; edge++) {
    if (set[edge] && fromInput[sourceOf[edge]!]) fromInput[graph.endOf(edge)] = 1;
  }
  const toLogits = new Uint8Array(graph.nodes);
  toLogits[graph.logits] = 1;
  const kept = graph.emptySet();
  for (let edge = edges - 1; edge >= 0; edge--) {
    if (!set[edge] || !fromInput[sourceOf[edge]!] || !toLogits[graph.endOf(edge)]) continue;
    kept[edge] = 1;
    toLogits[sourceOf[edge]!] = 1;
  }
  return kept;
}

/** The number of edges in a set. */
export function sizeOf(set: EdgeSet): number {
  let size = 0;
  for (const member of set) size += member;
  return size;
}

/** The number of nodes that a set's edges begin or end at. */
export function countNodes(graph: Graph, set: EdgeSet): number {
  const present = new Uint8Array(graph.nodes);
  for (let edge = 0; edge < graph.edges; edge++) {
    if (!set[edge]) continue;
    present[graph.sourceOf[edge]!] = 1;
    present[graph.endOf(edge)] = 1;
  }
  return sizeOf(present);
}
