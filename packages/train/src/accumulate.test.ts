import { type Ops, openBackend } from "@ft/backend";
import { createTrainable } from "@ft/model";
import { beforeAll, expect, test } from "vitest";
import { accumulate } from "./accumulate.ts";
import { tinyModel } from "./testing/tiny.ts";

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

test("loss and gradients are those of the whole batch, whatever the micro-batch, and nothing else stays", () => {
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
