/** Rows of edges.arrow: every edge's score at a checkpoint, the largest first. */

import type { EdgeRow } from "@ft/artifacts";
import type { EdgeSet, GraphNames } from "@ft/graph";
import type { CheckpointKey } from "./checkpoints.ts";

/**
 * @param order the edges, largest |score| first; see rankEdges
 * @param circuit the main circuit, pruned
 */
export function* edgeRows(
  { run, seed, step }: CheckpointKey,
  method: string,
  names: GraphNames,
  scores: ArrayLike<number>,
  order: Int32Array,
  circuit: EdgeSet,
): Generator<EdgeRow> {
  for (const [i, edge] of order.entries()) {
    yield {
      run,
      seed,
      step,
      method,
      edge: names.edge(edge),
      ...names.ends(edge),
      score: scores[edge]!,
      rank: i + 1,
      inCircuit: circuit[edge] === 1,
    };
  }
}
