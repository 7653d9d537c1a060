import { count } from "./run.ts";
import { defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

/** The loss gradient of the base model by linear: where a first update would change it most. */
export const gradientsSchema = defineTable({
  name: "gradients",
  version: 1,
  file: "gradients.arrow",
  meaning: "one row per linear, by layer and module",
  order: { layer: "rises", module: "together" },
  columns: {
    layer: int32({ meaning: "the linear's layer, from 0", minimum: 0 }),
    module: utf8({ meaning: "the linear map in its layer, such as query_key_value or dense_h_to_4h" }),
    norm: float64({
      unit: "nats",
      meaning: "Frobenius norm of the gradient of the mean loss on the answers for the linear's weight",
      minimum: 0,
    }),
    weights: int32(count("weights", "size of the linear's weight")),
    examples: int32(count("examples", "prompts that the loss is the mean over")),
  },
});

export type GradientRow = RowOf<typeof gradientsSchema>;
