import { parseConfig } from "@ft/artifacts";
import { expect, test } from "vitest";
import { configSchema } from "./config.ts";

test("the defaults are the paper's", () => {
  expect(configSchema.parse({})).toMatchObject({
    epochs: 2,
    batch: 32,
    warmUp: 25,
    weightDecay: 0.01,
    supervise: "answer",
    padTo: 32,
    checkpoints: { count: 11, spacing: "even" },
  });
});

test("learning rates are a list, or the lowest and how many, in factors of 2", () => {
  const rates = (learningRates: unknown) => configSchema.parse({ learningRates }).learningRates;
  expect(rates([0.1, 0.3])).toEqual([0.1, 0.3]);
  expect(rates({ from: 0.5 })).toEqual([0.5, 1, 2, 4, 8, 16]);
  expect(rates({ from: 3, count: 2 })).toEqual([3, 6]);
});

test.each([
  [{ learningRate: [1] }, /learningRate.*learningRates/s],
  [{ seeds: [1, 1] }, /seeds.*twice/],
  [{ learningRates: [] }, /learningRates/],
  [{ learningRates: [1, 1] }, /learningRates/],
  [{ learningRates: { from: 0 } }, /learningRates/],
  [{ selectionSeeds: [] }, /selectionSeeds/],
  [{ selectionSeed: 1 }, /selectionSeed.*selectionSeeds/s],
  [{ checkpoints: { count: 1 } }, /checkpoints/],
  [{ checkpoints: { every: 5, spacing: "even" } }, /checkpoints/],
  [{ microBatch: 64 }, /microBatch.*larger/],
  [{ supervise: "all" }, /supervise/],
  [{ seeds: [2 ** 31] }, /seeds/],
])("%j is refused with its place", (config, problem) => {
  expect(() => parseConfig(configSchema, config, { place: "stages.probe.config" })).toThrow(problem);
});
