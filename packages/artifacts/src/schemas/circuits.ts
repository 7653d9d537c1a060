import {
  type CheckpointKey,
  checkpointColumns,
  checkpointOrder,
  count,
  followGraph,
  graphColumns,
  ruleColumn,
  sampleColumn,
  sizeColumn,
} from "./run.ts";
import { type Column, defineTable, float64List, int32, int32List, type RowOf } from "./schema.ts";

/** The identity of a circuit within a train stage. */
export interface CircuitKey extends CheckpointKey {
  sample: string;
  rule: string;
  size: number;
  index: number;
}

/** The columns that identify a circuit. */
export const circuitColumns: { [Name in keyof CircuitKey]: Column<CircuitKey[Name]> } = {
  ...checkpointColumns,
  sample: sampleColumn,
  rule: ruleColumn,
  size: sizeColumn,
  index: int32({ meaning: "number of the random draw, from 1; 0 for a rule without draws", minimum: 0 }),
};

export const circuitOrder = {
  ...checkpointOrder,
  sample: "together",
  rule: "together",
  size: "rises",
  index: "rises",
} as const;

/** The circuits of each checkpoint: which edges are in them. */
export const circuitsSchema = defineTable({
  name: "circuits",
  version: 2,
  file: "circuits.arrow",
  meaning: "one row per circuit, by plan, draw, seed, step, sample, rule, size and index",
  order: circuitOrder,
  rowPerBatch: true,
  columns: {
    ...circuitColumns,
    ...graphColumns,
    selectedEdges: int32(count("edges", "edges selected, counting q, k and v separately")),
    nodes: int32(count("nodes", "nodes left after pruning to the connected part")),
    collapsedEdges: int32(count("edges", "edges left after pruning, q, k and v counted as one")),
    edges: int32List({
      unit: "edge numbers",
      meaning: "the edges left after pruning, as numbers in the graph's order of edges, ascending from 0",
      minimum: 0,
    }),
    scores: float64List({ unit: "change of the metric", meaning: "the score of each of those edges" }),
  },
  problem({ edges, scores }) {
    if (edges.length !== scores.length) return `it has ${edges.length} edges and ${scores.length} scores`;
    const falling = edges.findIndex((edge, i) => i > 0 && edge <= edges[i - 1]!);
    if (falling < 0) return undefined;
    return `edge ${edges[falling]} comes after edge ${edges[falling - 1]}; edges must be ascending`;
  },
  follow: followGraph,
});

export type CircuitRow = RowOf<typeof circuitsSchema>;
