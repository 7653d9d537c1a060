import { count, fraction, runColumns } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf } from "./schema.ts";

/** How training went. */
export const metricsSchema = defineTable({
  name: "metrics",
  version: 1,
  file: "metrics.arrow",
  meaning: "one row a logged step, by run, seed and step",
  order: { run: "together", seed: "together", step: "rises" },
  columns: {
    ...runColumns,
    step: int32(count("updates", "updates made so far")),
    epoch: float64(count("epochs", "passes over the training split so far")),
    learningRate: float64({ meaning: "the rate of the latest update", minimum: 0 }),
    loss: float64({ unit: "nats", meaning: "mean training loss since the row before" }),
    gradientNorm: float64({
      meaning: "L2 norm of the latest update's gradients, before clipping",
      minimum: 0,
    }),
    heldOutLoss: nullable(
      float64({ unit: "nats", meaning: "mean loss on the circuit split; null if not measured" }),
    ),
    heldOutAccuracy: nullable(float64(fraction("exact match on the circuit split; null if not measured"))),
    validationAccuracy: nullable(
      float64(fraction("exact match on the validation split; null if not measured")),
    ),
  },
});

export type MetricsRow = RowOf<typeof metricsSchema>;
