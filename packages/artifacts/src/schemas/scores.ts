import { checkpointColumns, checkpointOrder, followGraph, graphColumns, sampleColumn } from "./run.ts";
import { defineTable, float64List, nullable, type RowOf } from "./schema.ts";

const scoreUnit = "change of the metric";

/** Every edge's attribution score at every checkpoint. */
export const scoresSchema = defineTable({
  name: "scores",
  version: 1,
  file: "scores.arrow",
  meaning: "one row per checkpoint and sample, by plan, draw, seed, step and sample",
  order: { ...checkpointOrder, sample: "together" },
  rowPerBatch: true,
  columns: {
    ...checkpointColumns,
    sample: sampleColumn,
    ...graphColumns,
    scores: float64List({
      unit: scoreUnit,
      meaning:
        "for each edge, in the graph's order, a first-order estimate of the effect of patching it on the metric",
    }),
    nodeScores: nullable(
      float64List({
        unit: scoreUnit,
        meaning:
          "the same for each node except the logits, in the graph's order; null if nodes were not scored",
      }),
    ),
  },
  follow: followGraph,
});

export type ScoresRow = RowOf<typeof scoresSchema>;
