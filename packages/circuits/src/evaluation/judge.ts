/** The evaluation of a circuit in a few numbers. */
import { faithfulness } from "@ft/graph";
import type { Evaluation } from "./evaluate-circuits.ts";

export interface Judgement {
  /** The mean of the metric over examples. */
  modelMetric: number;
  circuitMetric: number;
  /** In percent; undefined if the model's metric on the clean prompts equals that on the corrupted ones. */
  faithfulness: number | undefined;
  /** The share of examples answered by an exact match. */
  modelAccuracy: number;
  circuitAccuracy: number;
}

/** Compares a circuit's results with the whole model's on the same examples. */
export function judge(model: Evaluation, circuit: Evaluation): Judgement {
  const [modelMetric, circuitMetric] = [mean(model.metric), mean(circuit.metric)];
  return {
    modelMetric,
    circuitMetric,
    faithfulness: faithfulness(modelMetric, circuitMetric),
    modelAccuracy: mean(model.exactMatch),
    circuitAccuracy: mean(circuit.exactMatch),
  };
}

/** The mean of at least one value. */
export function mean(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
