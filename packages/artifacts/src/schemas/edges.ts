import { count, runColumns } from "./run.ts";
import { bool, defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** Every edge's attribution score at every checkpoint. */
export const edgesSchema = defineTable({
  name: "edges",
  version: 1,
  file: "edges.arrow",
  meaning: "one row an edge, by run, seed, step and rank",
  order: { run: "together", seed: "together", step: "rises", rank: "counts from 1" },
  columns: {
    ...runColumns,
    step: int32(count("updates", "the checkpoint")),
    method: utf8({ meaning: "how the edge was scored, such as eap or eap-ig" }),
    edge: utf8({ meaning: 'the edge\'s name as in the EAP-IG library: "a0.h1->m3", "m2->a5.h7<q>"' }),
    source: utf8({ meaning: "the node it comes from" }),
    destination: utf8({ meaning: "the node it goes to" }),
    port: nullable(
      utf8({
        meaning: "which input of an attention head it ends at; null at other nodes",
        oneOf: ["q", "k", "v"],
      }),
    ),
    score: float64({
      unit: "change of the metric",
      meaning: "first-order estimate of what patching the edge does to the metric",
    }),
    rank: int32({ meaning: "place by absolute score, 1 for the largest", minimum: 1 }),
    inCircuit: bool({ meaning: "whether it is in the checkpoint's main circuit, after pruning" }),
  },
  follow() {
    let before = Number.POSITIVE_INFINITY;
    return {
      problem({ rank, score }) {
        const size = Math.abs(score);
        const larger = rank > 1 && size > before;
        before = size;
        return larger
          ? `the edge of rank ${rank} has a larger absolute score than that of rank ${rank - 1}`
          : undefined;
      },
    };
  },
});

export type EdgeRow = RowOf<typeof edgesSchema>;
