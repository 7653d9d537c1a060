import { expect, test } from "vitest";
import { faithfulness } from "./faithfulness.ts";

test("is 100% for a circuit with the model's metric and falls on either side of it", () => {
  expect(faithfulness(0.4, 0.4)).toBe(100);
  expect(faithfulness(0.4, 0.3)).toBeCloseTo(75);
  expect(faithfulness(0.4, 0.5)).toBeCloseTo(75);
});

test("is 0% for a circuit with the corrupted run's metric, and negative beyond twice the model's metric", () => {
  expect(faithfulness(0.4, 0)).toBe(0);
  expect(faithfulness(0.4, 1)).toBeCloseTo(-50);
});

test("is undefined for a model with the corrupted run's metric, whatever the circuit's", () => {
  expect(faithfulness(0, 0)).toBeUndefined();
  expect(faithfulness(0, 0.1)).toBeUndefined();
});
