/** What of a circuit must be computed. */
import type { EdgeSet, Graph } from "@ft/artifacts";

/**
 * A node that reads only the corrupted activation, from edges outside the circuit or from nodes like itself, is as in the
 * corrupted run; and a node from which no path of the circuit leads to the logits changes nothing. All others are live.
 */
export interface CircuitReads {
  /** Whether a node must be computed, [sources]. The input counts as live. */
  live: readonly boolean[];
  /** Which live nodes each destination reads in the circuit, [destinations]: their places among the live, ascending. */
  reads: readonly (readonly number[])[];
}

export function circuitReads(graph: Graph, circuit: EdgeSet): CircuitReads {
  const { sources, destinations, nodeOf, readable } = graph;
  const changed = new Array<boolean>(sources + 1).fill(false);
  const needed = [...changed];
  changed[0] = true;
  needed[sources] = true; // the logits
  // Destinations are in the order of computation, as sources are.
  const changedReads = Array.from({ length: destinations }, (_, destination) => {
    const read: number[] = [];
    for (let source = 0; source < readable[destination]!; source++)
      if (changed[source] && circuit[graph.edge(source, destination)]) read.push(source);
    if (read.length > 0) changed[nodeOf[destination]!] = true;
    return read;
  });
  for (let destination = destinations - 1; destination >= 0; destination--)
    if (needed[nodeOf[destination]!]) for (const source of changedReads[destination]!) needed[source] = true;

  const live = Array.from({ length: sources }, (_, node) => node === 0 || (changed[node]! && needed[node]!));
  let places = 0;
  const placeOf = live.map((isLive) => (isLive ? places++ : -1));
  const reads = changedReads.map((read, destination) =>
    needed[nodeOf[destination]!] ? read.map((source) => placeOf[source]!) : [],
  );
  return { live, reads };
}
