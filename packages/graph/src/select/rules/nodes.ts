/** The nodes with the largest scores, and every edge between them (MIB's circuits of level node). */
import { UserError } from "@ft/artifacts";
import type { Graph } from "../../graph.ts";
import type { ScoredGraph, SelectionRule } from "./rule.ts";

/** The logits are in every circuit; the input has to be chosen like every other node. */
export const nodes: SelectionRule = {
  name: "nodes",
  description: "every edge between the nodes with the largest |score|, of which the size is a share",
  sizes: "nodes",
  rank(scored) {
    const turns = edgeTurns(scored);
    return Int32Array.from(turns.keys()).sort((a, b) => turns[a]! - turns[b]! || a - b);
  },
  count(scored, size) {
    const chosen = Math.trunc(size * scored.graph.sources);
    return edgeTurns(scored).filter((turn) => turn <= chosen).length;
  },
};

/** The number of nodes after which both ends of each edge are chosen, [edges]. */
function edgeTurns({ graph, nodeScores }: ScoredGraph): Int32Array {
  const turns = nodeTurns(graph, nodeScores);
  return Int32Array.from(graph.sourceOf, (source, edge) =>
    Math.max(turns[source]!, turns[graph.endOf(edge)]!),
  );
}

/** The turn of each node from 1, and 0 for the logits, [nodes]. */
function nodeTurns(graph: Graph, scores: ScoredGraph["nodeScores"]): Int32Array {
  if (!scores) {
    throw new UserError("rule nodes needs the scores of nodes, and the attribute stage has written none", {
      remedy: "score nodes there, or choose another rule",
    });
  }
  const order = Int32Array.from(scores.keys()).sort(
    (a, b) => Math.abs(scores[b]!) - Math.abs(scores[a]!) || a - b,
  );
  const turns = new Int32Array(graph.nodes);
  order.forEach((node, place) => {
    turns[node] = place + 1;
  });
  return turns;
}
