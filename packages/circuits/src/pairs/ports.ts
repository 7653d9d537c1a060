/** The destinations of a layer's heads, in the order of the columns of queries, keys and values. */
import type { Graph } from "@ft/artifacts";

const PORTS = ["q", "k", "v"] as const;

/** Head by head its q, k and v, three times as many as heads. */
export function portDestinations(graph: Graph, heads: readonly number[], layer: number): number[] {
  return heads.flatMap((head) => PORTS.map((port) => graph.headDestination(layer, head, port)));
}
