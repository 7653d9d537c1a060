/** Random circuits: the baseline a found circuit of the same size is measured against. */

import type { Random } from "@ft/artifacts";
import { edgesIn } from "../circuit.ts";
import type { EdgeSet, Graph } from "../graph.ts";
import { sizeOf } from "./prune.ts";
import { topCircuit } from "./rank.ts";

/**
 * A random circuit with as many edges after pruning as `edges`.
 *
 * Random edges rarely connect, so drawing as many as the found circuit has would leave far fewer. Instead: put all
 * edges into a random order; take the shortest prefix whose pruned part has at least `edges` edges (the pruned part
 * grows with the prefix, so bisection finds it); then remove edges again, the last drawn first, wherever both ends
 * keep another edge on that side, until the number is met. More edges remain only if every one left is the only one
 * on some side of a node; a circuit found by attribution is far denser.
 * @param edges from 0 to the number of edges left after pruning `among`
 * @param among the edges drawn from. @default all
 * @returns a set that pruning does not change
 */
export function randomCircuit(graph: Graph, edges: number, random: Random, among?: EdgeSet): EdgeSet {
  const drawn = among ? edgesIn(among) : [...Array(graph.edges).keys()];
  const order = Int32Array.from(random.shuffle(drawn));
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = Math.trunc((low + high) / 2);
    if (sizeOf(topCircuit(graph, order, middle)) < edges) low = middle + 1;
    else high = middle;
  }
  const circuit = topCircuit(graph, order, low);
  return trim(graph, circuit, order, edges);
}

/** Removes edges, last of the order first, that leave every node connected, down to `edges`. Changes `circuit`. */
function trim(graph: Graph, circuit: EdgeSet, order: Int32Array, edges: number): EdgeSet {
  const outgoing = new Int32Array(graph.nodes);
  const incoming = new Int32Array(graph.nodes);
  let size = 0;
  for (let edge = 0; edge < graph.edges; edge++) {
    if (!circuit[edge]) continue;
    outgoing[graph.sourceOf[edge]!]!++;
    incoming[graph.endOf(edge)]!++;
    size++;
  }
  for (let i = order.length - 1; i >= 0 && size > edges; i--) {
    const edge = order[i]!;
    const source = graph.sourceOf[edge]!;
    const node = graph.endOf(edge);
    if (!circuit[edge] || outgoing[source] === 1 || incoming[node] === 1) continue;
    circuit[edge] = 0;
    outgoing[source]!--;
    incoming[node]!--;
    size--;
  }
  return circuit;
}

/** The edges of a random path from the input to the logits: at every node each outgoing edge is equally likely. */
export function randomPath(graph: Graph, random: Random): number[] {
  const path: number[] = [];
  for (let node = 0; node !== graph.logits; node = graph.endOf(path.at(-1)!)) {
    const first = graph.readable.findIndex((count) => count > node);
    path.push(graph.edge(node, random.int(first, graph.destinations - 1)));
  }
  return path;
}
