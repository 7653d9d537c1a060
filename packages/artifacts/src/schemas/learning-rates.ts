import { fraction, runColumns, runOrder } from "./run.ts";
import { bool, defineTable, float64, type RowOf, utf8 } from "./schema.ts";

/** Which learning rates were tried for each kind and rank of adapter, and which was chosen. */
export const learningRatesSchema = defineTable({
  name: "learning-rates",
  version: 3,
  file: "learning-rates.arrow",
  meaning: "one row per run of the choice, by plan, draw, seed and rate",
  order: { ...runOrder, learningRate: "together" },
  columns: {
    ...runColumns,
    adapter: utf8({
      meaning:
        "kind, settings and ranks of the adapters, such as lora, rank 8; plans with equal ones share a rate",
    }),
    learningRate: float64({ meaning: "the peak rate tried", minimum: 0 }),
    validationAccuracy: float64(fraction("exact match on the validation split after training with it")),
    validationLoss: float64({
      unit: "nats",
      meaning: "mean loss on the validation split after training with it; not finite if training diverged",
      infinite: true,
    }),
    chosen: bool({ meaning: "whether it was chosen: the lowest mean loss over seeds, or the only rate" }),
  },
});

export type LearningRateRow = RowOf<typeof learningRatesSchema>;

/** The end of the rates tried that a rate is at, beyond which there may be a better one; undefined if it is between two. */
export function edgeOf(rate: number, tried: readonly number[]): "lowest" | "highest" | undefined {
  const [lowest, highest] = [Math.min(...tried), Math.max(...tried)];
  if (lowest === highest) return undefined;
  if (rate === lowest) return "lowest";
  return rate === highest ? "highest" : undefined;
}
