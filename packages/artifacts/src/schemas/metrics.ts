import { checkpointOrder, count, fraction, runColumns } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf } from "./schema.ts";

const splitLoss = (split: string) =>
  nullable(float64({ unit: "nats", meaning: `mean loss on the ${split} split; null if not measured` }));
const splitAccuracy = (split: string) =>
  nullable(float64(fraction(`exact match on the ${split} split; null if not measured`)));

/** How training went. */
export const metricsSchema = defineTable({
  name: "metrics",
  version: 2,
  file: "metrics.arrow",
  meaning: "one row per logged step, by plan, draw, seed and step",
  order: checkpointOrder,
  columns: {
    ...runColumns,
    step: int32(count("updates", "updates made so far")),
    epoch: float64(count("epochs", "passes over the training split so far")),
    learningRate: float64({ meaning: "the rate of the latest update", minimum: 0 }),
    loss: float64({ unit: "nats", meaning: "mean training loss since the previous row" }),
    gradientNorm: float64({
      meaning: "L2 norm of the latest update's gradients, before clipping",
      minimum: 0,
    }),
    circuitLoss: splitLoss("circuit"),
    circuitAccuracy: splitAccuracy("circuit"),
    validationLoss: splitLoss("validation"),
    validationAccuracy: splitAccuracy("validation"),
    testLoss: splitLoss("test"),
    testAccuracy: splitAccuracy("test"),
  },
});

export type MetricsRow = RowOf<typeof metricsSchema>;
