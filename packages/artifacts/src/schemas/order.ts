import { runColumns } from "./run.ts";
import { defineTable, int32, int32List, type RowOf } from "./schema.ts";

/** Which examples each update of training sees: the same for all plans of a stage, so a row is a seed's. */
export const orderSchema = defineTable({
  name: "order",
  version: 1,
  file: "order.arrow",
  meaning: "one row per seed and update; runs with the same seed have the same order, whatever their plan",
  order: { seed: "together", step: "counts from 1" },
  columns: {
    seed: runColumns.seed,
    step: int32({ unit: "updates", meaning: "number of the update, from 1", minimum: 1 }),
    examples: int32List({
      meaning: "the update's examples by their numbers in the dataset, in the order of its rows",
      minimum: 0,
    }),
  },
  problem({ examples }) {
    return examples.length > 0 ? undefined : "an update needs at least one example";
  },
});

export type OrderRow = RowOf<typeof orderSchema>;
