/** A circuit found as the stages find it. */

import type { Ops } from "@ft/backend";
import { attribute, type Pair } from "@ft/circuits";
import { createGraph, type EdgeSet, edgeCount, rankEdges, topCircuit } from "@ft/graph";
import { graphShape, type Model } from "@ft/model";

/** Prompts the circuit is found on: which of all edges it has matters less to what its evaluation costs than how many. */
const PAIRS = 8;

/** The first `fraction` of all edges, pruned. */
export function foundCircuit(ops: Ops, model: Model, pairs: readonly Pair[], fraction: number): EdgeSet {
  const graph = createGraph(graphShape(model.config));
  const scores = attribute(ops, model, pairs.slice(0, PAIRS));
  return topCircuit(graph, rankEdges(graph, scores), edgeCount(graph, fraction));
}
