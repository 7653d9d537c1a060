import { fraction, runColumns, runOrder } from "./run.ts";
import { bool, defineTable, float64, type RowOf } from "./schema.ts";

/** Which learning rates were tried for each run, and which was chosen. */
export const learningRatesSchema = defineTable({
  name: "learning-rates",
  version: 2,
  file: "learning-rates.arrow",
  meaning: "one row per rate tried, by plan, draw, seed and rate",
  order: { ...runOrder, learningRate: "together" },
  columns: {
    ...runColumns,
    learningRate: float64({ meaning: "the peak rate tried", minimum: 0 }),
    validationAccuracy: float64(fraction("exact match on the validation split after training with it")),
    validationLoss: float64({
      unit: "nats",
      meaning: "mean loss on the validation split after training with it; not finite if training diverged",
      infinite: true,
    }),
    chosen: bool({ meaning: "whether the run was trained with it" }),
  },
});

export type LearningRateRow = RowOf<typeof learningRatesSchema>;
