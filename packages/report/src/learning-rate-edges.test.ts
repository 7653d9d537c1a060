import type { LearningRateRow } from "@ft/artifacts";
import { expect, test } from "vitest";
import { edgeRates } from "./learning-rate-edges.ts";

const row = (learningRate: number, chosen = false, plan = "a", seed = 1): LearningRateRow => ({
  plan,
  draw: 0,
  seed,
  adapter: plan,
  learningRate,
  validationAccuracy: 0.5,
  validationLoss: 1,
  chosen,
});

test.each<[string, LearningRateRow[], string[]]>([
  ["the lowest of several", [row(1, true), row(2)], ["a 1 lowest"]],
  ["the highest of several", [row(1), row(2, true)], ["a 2 highest"]],
  ["one between others", [row(1), row(2, true), row(3)], []],
  ["the only one", [row(1, true)], []],
  [
    "the same for two seeds",
    [row(1, true), row(2), row(1, true, "a", 2), row(2, false, "a", 2)],
    ["a 1 lowest"],
  ],
  ["the only one of its run", [row(1, true), row(2, false, "b")], []],
  ["the only one of its seed", [row(1, true), row(2, false, "a", 2)], []],
])("a chosen rate is at an edge of those that its run and seed tried: %s", (_, rows, expected) => {
  expect(edgeRates(rows).map(({ adapter, rate, end }) => `${adapter} ${rate} ${end}`)).toEqual(expected);
});
