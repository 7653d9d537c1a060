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

test.each([
  [{ learningRate: [1] }, /learningRate.*learningRates/s],
  [{ seeds: [1, 1] }, /seeds.*twice/],
  [{ learningRates: [] }, /learningRates/],
  [{ checkpoints: { count: 1 } }, /checkpoints/],
  [{ checkpoints: { every: 5, spacing: "even" } }, /checkpoints/],
  [{ microBatch: 64 }, /microBatch.*larger/],
  [{ supervise: "all" }, /supervise/],
  [{ seeds: [2 ** 31] }, /seeds/],
])("%j is refused with its place", (config, problem) => {
  expect(() => parseConfig(configSchema, config, { place: "stages.probe.config" })).toThrow(problem);
});
