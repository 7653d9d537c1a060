/** Pruning a set of edges to its connected part. */
import type { EdgeSet, Graph } from "../graph.ts";

/**
 * Drops nodes without an incoming or an outgoing edge, with their edges, until there are none; the input needs no
 * incoming and the logits no outgoing edge, and a head's q, k and v belong to the one node.
 *
 * What is left is exactly the edges that lie on a path from the input to the logits. Sources are in the order of
 * computation: a chain of incoming edges, followed back, can only end at the input, and one of outgoing edges only
 * at the logits. So one sweep in each direction finds it, instead of a round for every layer.
 * @returns a new set
 */
export function prune(graph: Graph, set: EdgeSet): EdgeSet {
  const { sources, destinations, nodeOf, logits } = graph;
  const fromInput = new Uint8Array(graph.nodes);
  fromInput[0] = 1;
  for (let source = 0; source < sources; source++) {
    if (!fromInput[source]) continue;
    for (
      let destination = 0, edge = source * destinations;
      destination < destinations;
      destination++, edge++
    ) {
      if (set[edge]) fromInput[nodeOf[destination]!] = 1;
    }
  }
  const toLogits = new Uint8Array(graph.nodes);
  toLogits[logits] = 1;
  const kept = graph.emptySet();
  for (let source = sources - 1; source >= 0; source--) {
    if (!fromInput[source]) continue;
    for (
      let destination = 0, edge = source * destinations;
      destination < destinations;
      destination++, edge++
    ) {
      if (set[edge] && toLogits[nodeOf[destination]!]) {
        kept[edge] = 1;
        toLogits[source] = 1;
      }
    }
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
  for (const edge of graph.existing) {
    if (!set[edge]) continue;
    present[graph.sourceOf(edge)] = 1;
    present[graph.nodeOf[graph.destinationOf(edge)]!] = 1;
  }
  return sizeOf(present);
}
