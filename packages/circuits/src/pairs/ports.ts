/** The destinations of a layer's heads, in the order of the columns of queries, keys and values. */
import type { Graph } from "@ft/artifacts";

const PORTS = ["q", "k", "v"] as const;

/** Head by head its q, k and v, [3 H]. */
export function portDestinations(graph: Graph, heads: number, layer: number): number[] {
  return Array.from({ length: 3 * heads }, (_, column) =>
    graph.headDestination(layer, Math.trunc(column / 3), PORTS[column % 3]!),
  );
}
