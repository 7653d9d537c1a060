import { checkpointColumns, checkpointOrder, sampleColumn } from "./run.ts";
import { bool, defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** Every edge's name and score at every checkpoint, for people and other programs: no stage writes or reads it. */
export const edgesSchema = defineTable({
  name: "edges",
  version: 2,
  file: "edges.arrow",
  meaning: "one row per edge, by plan, draw, seed, step, sample and rank; `ft export edges` writes it",
  order: { ...checkpointOrder, sample: "together", rank: "counts from 1" },
  columns: {
    ...checkpointColumns,
    sample: sampleColumn,
    edge: utf8({ meaning: 'the edge\'s name as in the EAP-IG library: "a0.h1->m3", "m2->a5.h7<q>"' }),
    source: utf8({ meaning: "the node the edge starts at" }),
    destination: utf8({ meaning: "the node the edge ends at" }),
    port: nullable(
      utf8({
        meaning: "the input of an attention head that it ends at; null at other nodes",
        oneOf: ["q", "k", "v"],
      }),
    ),
    score: float64({
      unit: "change of the metric",
      meaning: "first-order estimate of the effect of patching the edge on the metric",
    }),
    rank: int32({ meaning: "rank by absolute score, 1 for the largest", minimum: 1 }),
    inCircuit: bool({ meaning: "whether it is in the checkpoint's main circuit, after pruning" }),
  },
});

export type EdgeRow = RowOf<typeof edgesSchema>;
