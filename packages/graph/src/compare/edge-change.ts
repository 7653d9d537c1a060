/** How much each edge changed between two circuits. */

import { UserError } from "@ft/artifacts";
import type { CollapsedCircuit } from "../circuit.ts";
import type { Graph } from "../graph.ts";

/**
 * The paper's edge change, |score after - score before| by edge, with q, k and v collapsed; an edge missing from a
 * circuit has score 0 there.
 * @returns every edge of either circuit by its pair of nodes
 * @throws UserError if the circuits belong to different graphs
 */
export function edgeChanges(before: CollapsedCircuit, after: CollapsedCircuit): Map<number, number> {
  checkSameGraph(before.graph, after.graph);
  const changes = new Map<number, number>();
  for (const [edge, score] of before.edges) changes.set(edge, Math.abs((after.edges.get(edge) ?? 0) - score));
  for (const [edge, score] of after.edges) if (!before.edges.has(edge)) changes.set(edge, Math.abs(score));
  return changes;
}

/** @throws UserError if two circuits belong to graphs that number their nodes and edges differently */
export function checkSameGraph(one: Graph, other: Graph): void {
  if (one.equals(other)) return;
  throw new UserError("the circuits are of different graphs", {
    value: `${one.describe()}; ${other.describe()}`,
    remedy: "take circuits of the same model",
  });
}
