/** The ports of a layer's heads, in the order of the columns of queries, keys and values. */
import type { Graph } from "@ft/graph";

const PORTS = ["q", "k", "v"] as const;

/** The numbers of heads' ports among the layer's 3 H: head by head its q, k and v. */
export function portNumbers(heads: readonly number[]): number[] {
  return heads.flatMap((head) => PORTS.map((_, port) => PORTS.length * head + port));
}

/** The destinations of heads' ports, head by head its q, k and v. */
export function portDestinations(graph: Graph, heads: readonly number[], layer: number): number[] {
  return heads.flatMap((head) => PORTS.map((port) => graph.headDestination(layer, head, port)));
}
