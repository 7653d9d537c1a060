/** How much each edge changed between two circuits. */

import { UserError } from "@ft/artifacts";
import type { Circuit } from "../circuit.ts";

/**
 * The paper's edge change, |score after - score before| by edge, q, k and v collapsed; an edge that is missing on one
 * side counts as 0 there.
 * @returns every edge of either circuit by name
 * @throws UserError when the circuits are of models with different numbers of layers
 */
export function edgeChanges(before: Circuit, after: Circuit): Map<string, number> {
  if (before.layers !== after.layers) {
    throw new UserError("the circuits are of models with different numbers of layers", {
      value: `${before.layers} before, ${after.layers} after`,
      remedy: "compare circuits of the same model",
    });
  }
  const changes = new Map<string, number>();
  for (const [edge, score] of before.edges) changes.set(edge, Math.abs((after.edges.get(edge) ?? 0) - score));
  for (const [edge, score] of after.edges) if (!before.edges.has(edge)) changes.set(edge, Math.abs(score));
  return changes;
}
