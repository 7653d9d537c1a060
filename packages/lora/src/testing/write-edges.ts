/** Tables of edges for tests. */

import { createProvenance, type EdgeRow, edgesSchema, writeTable } from "@ft/artifacts";
import { createGraph, GraphNames, type GraphShape } from "@ft/graph";

/** The circuit of a checkpoint: the scores of its edges; all other edges score 0 and are outside. */
export interface TestCheckpoint {
  run?: string;
  seed?: number;
  step: number;
  circuit: Record<string, number>;
}

/** Writes every edge of a graph at every checkpoint, as the circuits stage does. */
export async function writeEdges(
  folder: string,
  shape: GraphShape,
  checkpoints: TestCheckpoint[],
): Promise<void> {
  const names = new GraphNames(createGraph(shape));
  const rows = checkpoints.flatMap(({ run = "lora-r2", seed = 1, step, circuit }) =>
    Array.from(names.graph.existing, (edge): Omit<EdgeRow, "rank"> => {
      const name = names.edge(edge);
      const score = circuit[name] ?? 0;
      return {
        run,
        seed,
        step,
        method: "eap",
        edge: name,
        ...names.ends(edge),
        score,
        inCircuit: name in circuit,
      };
    })
      .sort((a, b) => Math.abs(b.score) - Math.abs(a.score))
      .map((row, i) => ({ ...row, rank: i + 1 })),
  );
  await writeTable(folder, edgesSchema, rows, createProvenance());
}
