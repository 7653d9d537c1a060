import { count, fraction } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

const bound = (of: string) =>
  nullable(float64({ unit: "fraction", meaning: `${of}; null with fewer than two seeds` }));

/** The comparison the experiment was made for: each method's accuracy, and its difference from circuit-aware LoRA. */
export const summarySchema = defineTable({
  name: "summary",
  version: 2,
  file: "summary.arrow",
  meaning: "one row per method",
  order: { method: "together" },
  columns: {
    method: utf8({ meaning: "the name of the plan" }),
    seeds: int32(count("runs", "seeds it was trained with")),
    examples: nullable(
      int32(
        count(
          "examples",
          "held-out examples that the intervals are over as well as seeds; null if they are over seeds alone",
        ),
      ),
    ),
    trainableParameters: int32(count("parameters", "trainable parameters")),
    parameterRatio: float64(fraction("trainable parameters, over these and the base model's together")),
    meanAccuracy: float64(fraction("held-out exact match after training, mean over seeds")),
    lowAccuracy: bound("lower end of the mean's 95% t interval"),
    highAccuracy: bound("upper end of the mean's 95% t interval"),
    difference: nullable(
      float64({
        unit: "fraction",
        meaning: "accuracy minus circuit-aware LoRA's, paired by seed; null for itself",
      }),
    ),
    lowDifference: bound("lower end of the difference's 95% t interval"),
    highDifference: bound("upper end of the difference's 95% t interval"),
  },
});

export type SummaryRow = RowOf<typeof summarySchema>;
