/** A circuit found as the circuits stage finds it. */

import type { Ops } from "@ft/backend";
import { attribute, type Pair } from "@ft/circuits";
import { createGraph, type EdgeSet, edgeCount, firstEdges, GraphNames, prune, rankEdges } from "@ft/graph";
import { graphShape, type Model } from "@ft/model";

/** Prompts the circuit is found on: which of all edges it has matters less to what its evaluation costs than how many. */
const PAIRS = 8;

/** The first `fraction` of all edges, pruned. */
export function foundCircuit(ops: Ops, model: Model, pairs: readonly Pair[], fraction: number): EdgeSet {
  const graph = createGraph(graphShape(model.config));
  const scores = attribute(ops, model, pairs.slice(0, PAIRS));
  const order = rankEdges(new GraphNames(graph), scores);
  return prune(graph, firstEdges(graph, order, edgeCount(graph, fraction)));
}
