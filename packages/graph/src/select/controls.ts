/** Circuits that a found circuit is compared with: a claim about it must not hold for them too. */
import type { EdgeSet, Graph } from "../graph.ts";
import { topCircuit } from "./rank.ts";

/** Rules of circuits that do not explain a model by its scores alone, in the column `rule`, with what each is. */
export const controls = {
  random: "random edges of the whole graph",
  "random-nodes": "random edges between the found circuit's nodes",
  next: "the edges ranked right after the found circuit's",
  common: "the edges of both the first and the last circuit of a run",
} as const;

export type Control = keyof typeof controls;

/** Whether a rule makes circuits to compare with, not circuits that explain the model. */
export function isControl(rule: string): rule is Control {
  return Object.hasOwn(controls, rule);
}

/**
 * The edges that a rule ranks right after those of a circuit, as many or as many as are left, pruned. Near the end of
 * the order, or in a small graph, little may be left of them.
 *
 * @param count edges selected for the circuit, before pruning
 */
export function nextCircuit(graph: Graph, order: Int32Array, count: number): EdgeSet {
  return topCircuit(graph, order.subarray(count), count);
}

/** All edges whose both ends are at an edge of a circuit. */
export function edgesAmongNodes(graph: Graph, circuit: EdgeSet): EdgeSet {
  const present = new Uint8Array(graph.nodes);
  circuit.forEach((member, edge) => {
    if (member) present[graph.sourceOf[edge]!] = present[graph.endOf(edge)] = 1;
  });
  return circuit.map((_, edge) => present[graph.sourceOf[edge]!]! & present[graph.endOf(edge)]!);
}
