import { expect, test } from "vitest";
import { pythia1b4 as pythia } from "../testing/gpt-neox-config.ts";
import { countParameters, parameterRatio, trainableParameters } from "./count-parameters.ts";
import { onEveryLinear } from "./every-linear.ts";
import type { Adapter } from "./kinds/index.ts";

/** An adapter on each of the four linears of every layer, with the rank that `rank` gives the layer. */
const everywhere = (rank: (layer: number) => number, kind = "lora"): Adapter => ({
  kind,
  modules: onEveryLinear(pythia, (layer) => ({ rank: rank(layer), alpha: 1, settings: {} })),
});

test("Pythia-1.4B has 1,414,647,808 parameters", () => {
  expect(countParameters(pythia)).toBe(1_414_647_808);
});

test.each([
  [2, "0.1111"],
  [8, "0.4428"],
  [16, "0.8816"],
  [32, "1.7479"],
  [64, "3.4357"],
])("LoRA r = %i trains %s%% of Pythia-1.4B, as published", (rank, percent) => {
  expect(
    (
      100 *
      parameterRatio(
        pythia,
        everywhere(() => rank),
      )
    ).toFixed(4),
  ).toBe(percent);
});

test.each([
  [8, 32, "0.7175"],
  [16, 64, "1.4248"],
  [32, 128, "2.8096"],
])("CircuitLoRA (%i, %i) with 5 critical layers trains %s%%, as published", (ordinary, critical, percent) => {
  const adapter = everywhere((layer) => (layer < 5 ? critical : ordinary));
  expect((100 * parameterRatio(pythia, adapter)).toFixed(4)).toBe(percent);
});

test("full fine-tuning trains every parameter and adds none", () => {
  const adapter = everywhere(() => 0, "full");
  expect(trainableParameters(pythia, adapter)).toBe(1_414_647_808);
  expect(parameterRatio(pythia, adapter)).toBe(1);
});
