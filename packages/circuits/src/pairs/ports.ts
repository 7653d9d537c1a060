/** The ports of a layer's heads, in the order of the columns of queries, keys and values. */
import { type Graph, ports } from "@ft/graph";

/** The numbers of heads' ports among the layer's 3 H: head by head its q, k and v. */
export function portNumbers(heads: readonly number[]): number[] {
  return heads.flatMap((head) => ports.map((_, port) => ports.length * head + port));
}

/** The destinations of heads' ports, head by head its q, k and v. */
export function portDestinations(graph: Graph, heads: readonly number[], layer: number): number[] {
  return heads.flatMap((head) => ports.map((port) => graph.headDestination(layer, head, port)));
}
