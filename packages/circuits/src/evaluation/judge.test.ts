import { expect, test } from "vitest";
import type { Evaluation } from "./evaluate-circuits.ts";
import { judge } from "./judge.ts";

const evaluation = (metric: number[], exactMatch: number[]): Evaluation => ({
  metric: Float64Array.from(metric),
  exactMatch: Uint8Array.from(exactMatch),
});

test("metrics and accuracies are means over examples, the whole model's apart from the circuit's", () => {
  const model = evaluation([1, 2, 3, 2], [1, 1, 0, 1]);
  const circuit = evaluation([1, 1, 2, 2], [0, 1, 0, 0]);
  expect(judge(model, circuit)).toEqual({
    modelMetric: 2,
    circuitMetric: 1.5,
    faithfulness: 75,
    modelAccuracy: 0.75,
    circuitAccuracy: 0.25,
  });
});

test("some of the examples can be judged alone", () => {
  const model = evaluation([1, 5, 3], [1, 1, 0]);
  const circuit = evaluation([2, 0, 4], [0, 1, 1]);
  const alone = judge(evaluation([1, 3], [1, 0]), evaluation([2, 4], [0, 1]));
  expect(judge(model, circuit, [0, 2])).toEqual(alone);
});

test("faithfulness is undefined for a model whose output is that of the corrupted prompt", () => {
  expect(judge(evaluation([0, 0], [1, 0]), evaluation([1, 2], [1, 0])).faithfulness).toBeUndefined();
});
