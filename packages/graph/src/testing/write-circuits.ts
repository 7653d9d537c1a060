/** Tables of a circuits stage for tests. */

import {
  type CircuitRow,
  changesSchema,
  circuitsSchema,
  createProvenance,
  isSameRun,
  writeTable,
} from "@ft/artifacts";
import { collapse, edgesIn } from "../circuit.ts";
import { changeRows } from "../compare/circuit-change.ts";
import { createGraph, type GraphShape } from "../graph.ts";
import { circuitOfRow, rowOfCircuit } from "../rows.ts";
import { circuitNamed } from "./edges.ts";

/** The circuit of a checkpoint: the scores of its edges by name. */
export interface TestCheckpoint {
  plan?: string;
  seed?: number;
  step: number;
  circuit: Record<string, number>;
}

/** Writes the main circuits of checkpoints, of a size, and what changed between them. */
export async function writeCircuits(
  folder: string,
  shape: GraphShape,
  checkpoints: readonly TestCheckpoint[],
  size = 0.1,
): Promise<void> {
  const graph = createGraph(shape);
  const rows = checkpoints.map(({ plan = "lora-r2", seed = 1, step, circuit }): CircuitRow => {
    const key = { plan, draw: 0, seed, step, sample: "all", rule: "top", size, index: 0 };
    const named = circuitNamed(graph, circuit);
    return rowOfCircuit(key, named, edgesIn(named.edges).length);
  });
  const provenance = createProvenance({ runs: { experiment: "test", stage: "probe" } });
  await writeTable(folder, circuitsSchema, rows, provenance);
  const first = (row: CircuitRow) => rows.find((other) => isSameRun(row, other))!;
  const changes = rows
    .filter((row) => row === first(row) && row.edges.length > 0)
    .flatMap((row) =>
      changeRows(
        row,
        rows
          .filter((other) => isSameRun(row, other))
          .map((own) => ({ step: own.step, circuit: collapse(circuitOfRow(own, "test")) })),
      ),
    );
  await writeTable(folder, changesSchema, changes, provenance);
}
