import { describe, expect, test } from "vitest";
import type { ModelConfig } from "../families/index.ts";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import type { HostTensor } from "./host-tensor.ts";
import { initializeModel } from "./initialize-model.ts";
import { contentsOf } from "./testing/contents.ts";

const config: ModelConfig = gptNeoxConfig({
  layers: 8,
  heads: 4,
  dModel: 64,
  dMlp: 256,
  vocabulary: 300,
  maxPositions: 32,
});

function deviation({ data }: HostTensor): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
}

describe("initializeModel", () => {
  const { weights } = initializeModel(config, 1);

  test("draws matrices with the config's deviation, smaller where they write to the residual stream", () => {
    // With n values the deviation is within 5 / sqrt(2 n) of the expected one: 5.5% for the smallest matrix.
    for (const [name, tensor] of weights) {
      if (tensor.shape.length !== 2) continue;
      const expected = /attention\.dense\.|dense_4h_to_h/.test(name) ? 0.02 / 4 : 0.02;
      expect(deviation(tensor) / expected, name).toBeCloseTo(1, 1);
      expect(Math.abs(deviation(tensor) / expected - 1)).toBeLessThan(5 / Math.sqrt(2 * tensor.data.length));
    }
  });

  test("starts biases at 0 and gains at 1", () => {
    for (const [name, { shape, data }] of weights) {
      if (shape.length !== 1) continue;
      const start = /norm\.weight$/.test(name) ? 1 : 0;
      expect(
        data.every((value) => value === start),
        name,
      ).toBe(true);
    }
  });

  test("is the same for the same seed and another for another", () => {
    expect(contentsOf(initializeModel(config, 1).weights)).toEqual(contentsOf(weights));
    const other = contentsOf(initializeModel(config, 2).weights);
    expect(other["embed_out.weight"]).not.toBe(contentsOf(weights)["embed_out.weight"]);
  });

  test("draws a layer's weights alike whatever the number of layers", () => {
    const name = "gpt_neox.layers.0.mlp.dense_h_to_4h.weight";
    const shallow = contentsOf(initializeModel({ ...config, layers: 2 }, 1).weights);
    expect(shallow[name]).toBe(contentsOf(weights)[name]);
  });
});
