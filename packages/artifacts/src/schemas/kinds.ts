import { splits } from "./dataset.ts";
import { checkpointColumns, checkpointOrder, fraction } from "./run.ts";
import { defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

/** How well models answer each kind of example. */
export const kindsSchema = defineTable({
  name: "kinds",
  version: 1,
  file: "kinds.arrow",
  meaning: "one row per checkpoint, split and kind of example, in this order",
  order: { ...checkpointOrder, split: "together", kind: "together" },
  columns: {
    ...checkpointColumns,
    split: utf8({ meaning: "the split of the dataset", oneOf: splits }),
    kind: utf8({ meaning: "the kind of example, such as add or sub" }),
    examples: int32({ unit: "examples", meaning: "examples of the kind in the split", minimum: 1 }),
    accuracy: float64(fraction("exact match on them")),
    loss: float64({ unit: "nats", meaning: "mean loss of their answers" }),
  },
});

export type KindRow = RowOf<typeof kindsSchema>;
