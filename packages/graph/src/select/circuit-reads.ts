/** Which nodes of a circuit must be computed. */
import type { EdgeSet, Graph } from "../graph.ts";
import { prune } from "./prune.ts";

/**
 * A node that the circuit's paths from the input do not reach is ablated (with patching it would compute its ablated output
 * anyway), and one without a path to the logits has no effect. All others are live.
 */
export interface CircuitReads {
  /** Whether a node must be computed, [sources]. The input counts as live. */
  live: readonly boolean[];
  /** Which live nodes each destination reads in the circuit, [destinations]: their indices among the live, ascending. */
  reads: readonly (readonly number[])[];
}

/** The live nodes of a circuit and what reads them; edges on no path from the input to the logits do not count. */
export function circuitReads(graph: Graph, circuit: EdgeSet): CircuitReads {
  const onPaths = prune(graph, circuit);
  const sources = Array.from({ length: graph.sources }, (_, source) => source);
  const read = Array.from(graph.readable, (count, destination) =>
    sources.slice(0, count).filter((source) => onPaths[graph.edge(source, destination)]),
  );
  const live = sources.map((source) => source === 0);
  for (const source of read.flat()) live[source] = true;
  let places = 0;
  const placeOf = live.map((isLive) => (isLive ? places++ : -1));
  return { live, reads: read.map((of) => of.map((source) => placeOf[source]!)) };
}
