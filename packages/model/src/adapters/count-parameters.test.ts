import { expect, test } from "vitest";
import { linearKinds } from "../weights/families.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import { countParameters, parameterRatio, trainableParameters } from "./count-parameters.ts";

const pythia: ModelConfig = {
  family: "gpt-neox",
  layers: 24,
  heads: 16,
  dModel: 2048,
  dMlp: 8192,
  vocabulary: 50_304,
  maxPositions: 2048,
  rotaryDims: 32,
  rotaryBase: 10_000,
  layerNormEpsilon: 1e-5,
  initializerRange: 0.02,
};

/** One adapter on each of the four linears of every layer, with the rank that `rank` gives the layer. */
const everywhere = (rank: (layer: number) => number, kind = "lora") =>
  Array.from({ length: pythia.layers }, (_, layer) =>
    linearKinds.map((module) => ({ kind, layer, module, rank: rank(layer) })),
  ).flat();

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
  const rows = everywhere((layer) => (layer < 5 ? critical : ordinary));
  expect((100 * parameterRatio(pythia, rows)).toFixed(4)).toBe(percent);
});

test("AdaLoRA from rank 32 trains 1.7481%, as published: LoRA's matrices and a singular value a rank", () => {
  const rows = everywhere(() => 32, "adalora");
  expect(trainableParameters(pythia, rows)).toBe(
    trainableParameters(
      pythia,
      everywhere(() => 32),
    ) +
      24 * 4 * 32,
  );
  expect((100 * parameterRatio(pythia, rows)).toFixed(4)).toBe("1.7481");
});

test("full fine-tuning trains every parameter and adds none", () => {
  const rows = everywhere(() => 0, "full");
  expect(trainableParameters(pythia, rows)).toBe(1_414_647_808);
  expect(parameterRatio(pythia, rows)).toBe(1);
});
