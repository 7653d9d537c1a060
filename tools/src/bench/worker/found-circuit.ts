/** A circuit found as the circuits stage finds it. */
import { createGraph, type EdgeSet, GraphNames } from "@ft/artifacts";
import { attribute, edgeCount, firstEdges, type Pair, prune, rankEdges } from "@ft/circuits";
import type { Model, Ops } from "@ft/model";

/** Prompts the circuit is found on: which of all edges it has matters less to what its evaluation costs than how many. */
const PAIRS = 8;

/** The first `fraction` of all edges, pruned. */
export function foundCircuit(ops: Ops, model: Model, pairs: readonly Pair[], fraction: number): EdgeSet {
  const graph = createGraph(model.config);
  const scores = attribute(ops, model, pairs.slice(0, PAIRS));
  const order = rankEdges(new GraphNames(graph), scores);
  return prune(graph, firstEdges(graph, order, edgeCount(graph, fraction)));
}
