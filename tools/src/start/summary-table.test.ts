import { expect, test } from "vitest";
import { renderSummary } from "./summary-table.ts";

test("a summary shows accuracies and paired differences with their intervals, and none with a single seed", () => {
  const table = renderSummary([
    {
      method: "circuit-lora-8-32",
      seeds: 3,
      trainableParameters: 123_456,
      parameterRatio: 0.01723,
      meanAccuracy: 0.912,
      lowAccuracy: 0.9,
      highAccuracy: 0.9244,
      difference: null,
      lowDifference: null,
      highDifference: null,
    },
    {
      method: "lora-r8",
      seeds: 1,
      trainableParameters: 98_304,
      parameterRatio: 0.0137,
      meanAccuracy: 0.9,
      lowAccuracy: null,
      highAccuracy: null,
      difference: 0.012,
      lowDifference: -0.001,
      highDifference: 0.025,
    },
  ]);
  expect(table.split("\n")).toEqual([
    "method             seeds  trained  of all  accuracy              difference to CircuitLoRA",
    "circuit-lora-8-32      3  123,456   1.72%  91.2% (90.0 to 92.4)",
    "lora-r8                1   98,304   1.37%  90.0%                 +1.2 points (-0.1 to 2.5)",
  ]);
});
