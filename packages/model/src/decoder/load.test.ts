import { type Ops, openBackend } from "@ft/backend";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { createTrainable } from "../adapters/trainable.ts";
import { type Family, families, type ModelConfig } from "../families/index.ts";
import { gptNeoxConfig } from "../testing/gpt-neox-config.ts";
import { initializeModel } from "../weights/initialize-model.ts";
import { batchLogits, layOut } from "./batch.ts";
import { loadDecoder, loadFoldedDecoder } from "./load.ts";

const [gptNeox] = families as [Family];
/** A family without biases. */
const unbiased: Family = {
  ...gptNeox,
  name: "unbiased",
  tensors: (config) => gptNeox.tensors(config).filter(({ kind }) => kind !== "bias"),
};

let ops: Ops;
beforeAll(async () => {
  (families as Family[]).push(unbiased);
  ops = await openBackend();
});
afterAll(() => void (families as Family[]).pop());

const config: ModelConfig = gptNeoxConfig({
  dMlp: 24,
  vocabulary: 20,
  maxPositions: 8,
  initializerRange: 0.4,
});

/** Random values, for gains and biases too. */
function randomModel(changes: Partial<ModelConfig>) {
  const model = initializeModel({ ...config, ...changes }, 1);
  const weights = new Map(
    [...model.weights].map(([name, { data, shape }]) => {
      const moved = data.map((value, i) => value + Math.sin(name.length + i) / 4);
      return [name, { shape, data: shape.length === 1 ? moved : data }];
    }),
  );
  return { config: model.config, weights };
}

const batch = layOut(
  [
    [1, 2, 3, 4],
    [1, 2, 5],
  ].map((tokens) => ({ tokens, targets: tokens.map((token, position) => ({ position, token })) })),
);

/** Float32 in another order. */
const ROUNDING = { relative: 1e-5 };

const shapes = (["layer", "rms"] as const).flatMap((norm) =>
  ["gpt-neox", "unbiased"].flatMap((family) => [true, false].map((parallel) => ({ norm, family, parallel }))),
);

test.each(shapes)("folding changes no logit: norm $norm, family $family, parallel $parallel", (changes) => {
  const { config, weights } = randomModel(changes);
  const live = ops.liveTensors;
  const plain = loadDecoder(ops, config, weights);
  const folded = loadFoldedDecoder(ops, config, weights);
  const [expected, actual] = [plain, folded].map(({ decoder }) =>
    ops.scope(() => ops.read(batchLogits(ops, decoder, batch))),
  );
  expectAllClose(actual!, expected as Float32Array, ROUNDING);
  plain.dispose();
  folded.dispose();
  expect(ops.liveTensors).toBe(live);
});

test("a family without biases trains no bias", () => {
  const model = randomModel({ family: "unbiased", norm: "rms", parallel: false });
  const trainable = createTrainable(ops, model, { kind: "full", modules: [] }, 1);
  ops.scope(() => {
    const { gradients } = trainable.lossAndGradients(batch);
    expect([...gradients.keys()].sort()).toEqual([...model.weights.keys()].sort());
    expect([...gradients.keys()].filter((name) => name.endsWith(".bias"))).toEqual([]);
  });
  trainable.dispose();
});
