import { type Ops, openBackend } from "@ft/backend";
import { type AdapterSchedule, adapterOf, createTrainable } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { tinyModel, tinyPlan } from "./testing/tiny.ts";
import { accumulate, clippingFactor, globalNorm, trainStep, update } from "./train-step.ts";

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

/** Sequences of unequal length with one or two supervised tokens each. */
const sequences = [
  { tokens: [1, 3, 12, 4, 13], targets: [{ position: 4, token: 6 }] },
  {
    tokens: [1, 2, 12, 5],
    targets: [
      { position: 2, token: 5 },
      { position: 3, token: 13 },
    ],
  },
  { tokens: [1, 9, 12, 2, 13, 9], targets: [{ position: 4, token: 9 }] },
];

test("loss and gradients are those of the whole batch, whatever the micro-batch, and nothing else is kept", () => {
  const trainable = createTrainable(ops, tinyModel(), { kind: "full", modules: [] }, 1);
  const gradientsAt = (microBatch?: number) => {
    const before = ops.liveTensors;
    const result = ops.scope(() => {
      const { loss, gradients } = accumulate(ops, trainable, sequences, microBatch);
      return { loss, values: new Map([...gradients].map(([name, gradient]) => [name, ops.read(gradient)])) };
    });
    expect(ops.liveTensors).toBe(before);
    return result;
  };
  const whole = gradientsAt();
  for (const microBatch of [1, 2]) {
    const parts = gradientsAt(microBatch);
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    for (const [name, values] of parts.values) {
      values.forEach((value, i) => void expect(value).toBeCloseTo(whole.values.get(name)![i]!, 5));
    }
  }
  trainable.dispose();
});

test("a schedule sees updated values and clipped gradients, and its changes keep the moments", () => {
  const parameter = ops.parameter(Float32Array.of(1, 2), [2, 1]);
  const seen: number[][] = [];
  const schedule: AdapterSchedule = {
    afterUpdate(step, read) {
      const { value, gradient } = read("e");
      seen.push([step], [...value], [...gradient]);
      return new Map([["e", Float32Array.of(0, value[1]!)]]);
    },
    state: () => new Map(),
  };
  ops.scope(() => {
    const trained = { parameters: new Map([["e", parameter]]), decays: () => false };
    const gradients = new Map([["e", ops.tensor(Float32Array.of(3, 4), [2, 1])]]);
    update(ops, trained, gradients, { learningRate: 0.1, step: 1, clipNorm: 1, schedule });
  });
  const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 5));
  expect(seen).toEqual([[1], close(0.9, 1.9), close(0.6, 0.8)]);
  const { value, firstMoment } = ops.readParameter(parameter);
  expect([...value, ...firstMoment]).toEqual(close(0, 1.9, 0.06, 0.08));
  ops.disposeParameter(parameter);
});

test("dropout differs by update, not by micro-batch, and never touches a forward pass outside training", () => {
  const model = tinyModel();
  const rows = tinyPlan("p", 2, null, 0, { kind: "lora", settings: '{"dropout":0.5}' });
  const trainable = createTrainable(ops, model, adapterOf(model.config, rows), 1);
  for (const parameter of trainable.parameters.values())
    ops.assign(parameter, new Float32Array(parameter.shape[0]! * parameter.shape[1]!).fill(0.1));
  const lossAt = (step: number | undefined, microBatch?: number) =>
    ops.scope(() => {
      const dropout = step === undefined ? undefined : trainable.dropoutAt(step);
      return accumulate(ops, trainable, sequences, microBatch, dropout).loss;
    });
  expect(lossAt(1, 1)).toBeCloseTo(lossAt(1), 5);
  expect(lossAt(1, 2)).toBeCloseTo(lossAt(1), 5);
  expect(Math.abs(lossAt(1) - lossAt(2))).toBeGreaterThan(1e-3);
  const { loss } = trainStep(ops, trainable, sequences, undefined);
  expect(loss).toBe(lossAt(undefined));
  const updated = trainStep(ops, trainable, sequences, undefined, { step: 1, learningRate: 0 });
  expect(updated.loss).toBe(lossAt(1));
  trainable.dispose();
});

test("the global norm is that of all gradients as one vector", () => {
  ops.scope(() => {
    const gradients = new Map([
      ["a", ops.tensor(Float32Array.of(1, -2, 2, 0), [2, 2])],
      ["b", ops.tensor(Float32Array.of(4), [1])],
    ]);
    expect(globalNorm(ops, gradients)).toBeCloseTo(5, 6);
  });
});

test("gradients within the limit are unchanged, larger ones are scaled down to it", () => {
  expect(clippingFactor(0.5, 1)).toBe(1);
  expect(clippingFactor(0, 1)).toBe(1);
  expect(clippingFactor(4, 1) * 4).toBeCloseTo(1, 5);
  expect(clippingFactor(1e9, Infinity)).toBe(1);
});

test("clipping, then AdamW: moments see clipped gradients, and weight decay falls where it may", () => {
  const values = Float32Array.of(1, -1, 2, 3);
  const parameters = new Map([
    ["matrix", ops.parameter(values, [2, 2])],
    ["bias", ops.parameter(values, [4])],
  ]);
  const gradient = Float32Array.of(3, 0, 0, 4);
  const norm = ops.scope(() => {
    const gradients = new Map([
      ["matrix", ops.tensor(gradient, [2, 2])],
      ["bias", ops.tensor(gradient, [4])],
    ]);
    const decays = (name: string) => name === "matrix";
    return update(ops, { parameters, decays }, gradients, {
      learningRate: 0.1,
      weightDecay: 0.5,
      step: 1,
      clipNorm: 1,
    });
  });
  expect(norm).toBeCloseTo(Math.sqrt(50), 5);
  const [matrix, bias] = [...parameters.values()].map((parameter) => ops.readParameter(parameter));
  // AdamW's first update moves each element with a gradient by the rate; decay shrinks by rate * decay first.
  values.forEach((value, i) => {
    const moved = gradient[i]! > 0 ? 0.1 : 0;
    expect(matrix!.value[i]).toBeCloseTo(value * 0.95 - moved, 5);
    expect(bias!.value[i]).toBeCloseTo(value - moved, 5);
    expect(bias!.firstMoment[i]).toBeCloseTo((0.1 * gradient[i]!) / norm, 5);
  });
  ops.disposeParameter(...parameters.values());
});
