/** What was found, as the rows of the stage's tables. */

import type { EdgeRow } from "@ft/artifacts";
import { changeRows, collapseSet, type GraphNames, rankEdges } from "@ft/graph";
import type { CircuitsConfig } from "../config.ts";
import { type CheckpointKey, isSameRun } from "./checkpoints.ts";
import { edgeRows } from "./edge-rows.ts";
import { type FoundCircuit, selectCircuit } from "./find-circuit.ts";

/** A checkpoint and what was found at it. */
export type Found = CheckpointKey & FoundCircuit;

/** The rows of all three tables; those of edges are made one checkpoint at a time. */
export function tableRows(names: GraphNames, found: readonly Found[], { method, fraction }: CircuitsConfig) {
  const main = ({ scores }: Found) => {
    const order = rankEdges(names, Float64Array.from(scores));
    return { order, set: selectCircuit(names, order, fraction).set };
  };
  function* edges(): Generator<EdgeRow> {
    for (const checkpoint of found) {
      const { order, set } = main(checkpoint);
      yield* edgeRows(checkpoint, method, names, checkpoint.scores, order, set);
    }
  }
  const runs = found.filter((one, i) => i === found.findIndex((other) => isSameRun(one, other)));
  const changes = runs.flatMap((first) =>
    changeRows(
      first.run,
      first.seed,
      found
        .filter((other) => isSameRun(first, other))
        .map((one) => ({
          step: one.step,
          circuit: collapseSet(names, main(one).set, Float64Array.from(one.scores)),
        })),
    ),
  );
  return { edges: edges(), circuits: found.flatMap(({ circuits }) => circuits), changes };
}
