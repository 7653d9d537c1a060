import { circuitColumns, circuitOrder } from "./circuits.ts";
import { count, fraction } from "./run.ts";
import { defineTable, float64, int32, nullable, type RowOf, utf8 } from "./schema.ts";

/** How well circuits reproduce their model's behaviour. */
export const evaluationSchema = defineTable({
  name: "evaluation",
  version: 1,
  file: "evaluation.arrow",
  meaning: "one row per circuit, ablation, model, metric and kind of example, in this order",
  order: {
    ...circuitOrder,
    ablation: "together",
    modelPlan: "together",
    modelDraw: "together",
    modelSeed: "together",
    modelStep: "rises",
    metric: "together",
    kind: "together",
  },
  columns: {
    ...circuitColumns,
    ablation: utf8({
      meaning:
        "what edges outside the circuit carry: patching: the corrupted prompt's activation; zero: nothing; mean, mean-positional: the source's mean over clean prompts, over all positions or at the same one",
      oneOf: ["patching", "zero", "mean", "mean-positional"],
    }),
    modelPlan: utf8({ meaning: "the plan of the run in whose model the circuit is evaluated" }),
    modelDraw: int32({ meaning: "that run's draw; 0 if its plan has no draws", minimum: 0 }),
    modelSeed: int32({ meaning: "that run's seed" }),
    modelStep: int32(count("updates", "the checkpoint of that run")),
    metric: utf8({ meaning: "the metric that compares circuit and model, such as logit-diff" }),
    kind: nullable(utf8({ meaning: "the kind of example, such as add or sub; null for all examples" })),
    examples: int32({ unit: "examples", meaning: "examples averaged over", minimum: 1 }),
    modelMetric: float64({ meaning: "the whole model's metric" }),
    circuitMetric: float64({ meaning: "the metric with every edge outside the circuit ablated" }),
    faithfulness: nullable(
      float64({
        unit: "percent",
        meaning: "how close the circuit's metric is to the model's; null if the model's is 0",
      }),
    ),
    modelAccuracy: float64(fraction("exact match of the whole model")),
    circuitAccuracy: float64(fraction("exact match of the circuit")),
  },
});

export type EvaluationRow = RowOf<typeof evaluationSchema>;
