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

/**
 * Compares a circuit's results with the whole model's on the same examples.
 * @param examples those that count, at least one, by their numbers. @default all
 */
export function judge(model: Evaluation, circuit: Evaluation, examples?: readonly number[]): Judgement {
  const [modelMetric, circuitMetric] = [mean(model.metric, examples), mean(circuit.metric, examples)];
  return {
    modelMetric,
    circuitMetric,
    faithfulness: faithfulness(modelMetric, circuitMetric),
    modelAccuracy: mean(model.exactMatch, examples),
    circuitAccuracy: mean(circuit.exactMatch, examples),
  };
}

/** The mean of at least one value. @param among places of those that count. @default all */
export function mean(values: Float64Array | Uint8Array, among?: readonly number[]): number {
  let sum = 0;
  if (among) for (const place of among) sum += values[place]!;
  else for (const value of values) sum += value;
  return sum / (among ?? values).length;
}
