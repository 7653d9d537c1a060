import { beforeAll, describe, expect, test } from "vitest";
import type { AdamWStep, Ops, ParameterState } from "./ops.ts";
import { expectAllClose } from "./testing/all-close.ts";
import { testBackends } from "./testing/backends.ts";

/** Float32 arithmetic over a few updates, and the second beta rounded to float32: 1 - 0.999 changes by 1.3e-5. */
const UPDATES = { relative: 1e-6 };
const SECOND_MOMENT = { relative: 2e-5 };

const SHAPE = [3, 4];
const start = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i) * 2);
const gradientOf = (step: number): Float32Array =>
  Float32Array.from({ length: 12 }, (_, i) => (i === 7 ? 0 : Math.cos(i * step) * 10 ** ((i % 4) - 3)));

/** Loshchilov and Hutter 2019, algorithm 2, as torch.optim.AdamW computes it, in float64. */
function textbook(
  state: { value: number[]; m: number[]; v: number[] },
  g: ArrayLike<number>,
  step: AdamWStep,
): void {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, step: t } = step;
  for (let i = 0; i < g.length; i++) {
    state.value[i]! *= 1 - learningRate * weightDecay;
    state.m[i] = beta1 * state.m[i]! + (1 - beta1) * g[i]!;
    state.v[i] = beta2 * state.v[i]! + (1 - beta2) * g[i]! ** 2;
    const corrected = state.m[i]! / (1 - beta1 ** t);
    state.value[i]! -= (learningRate * corrected) / (Math.sqrt(state.v[i]! / (1 - beta2 ** t)) + epsilon);
  }
}

describe.each(testBackends)("$name", (backend) => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await backend.open();
  });

  const update = (p: ReturnType<Ops["parameter"]>, step: AdamWStep): void =>
    ops.scope(() => ops.adamW(p, ops.tensor(gradientOf(step.step), SHAPE), step));

  describe("AdamW", () => {
    test.each<[string, Omit<AdamWStep, "step">]>([
      ["with its defaults", { learningRate: 0.01 }],
      ["with decoupled weight decay", { learningRate: 0.03, weightDecay: 0.1 }],
      [
        "with other betas and a large epsilon",
        { learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
      ],
    ])("follows the textbook, %s", (_, options) => {
      const p = ops.parameter(start, SHAPE);
      const zeros = () => new Array<number>(start.length).fill(0);
      const expected = { value: [...start], m: zeros(), v: zeros() };
      for (let step = 1; step <= 8; step++) {
        update(p, { ...options, step });
        textbook(expected, gradientOf(step), { ...options, step });
        expectAllClose(ops.read(p.value), expected.value, UPDATES);
      }
      const state = ops.readParameter(p);
      expectAllClose(state.firstMoment, expected.m, UPDATES);
      expectAllClose(state.secondMoment, expected.v, SECOND_MOMENT);
      ops.disposeParameter(p);
    });

    test("resumes from a saved state exactly as without a break", () => {
      const options = { learningRate: 0.01, weightDecay: 0.01 };
      const states: ParameterState[] = [];
      for (const breakAfter of [2, Number.POSITIVE_INFINITY]) {
        let p = ops.parameter(start, SHAPE);
        for (let step = 1; step <= 4; step++) {
          update(p, { ...options, step });
          if (step !== breakAfter) continue;
          const { value, ...moments } = ops.readParameter(p);
          ops.disposeParameter(p);
          p = ops.parameter(value, SHAPE, moments);
        }
        states.push(ops.readParameter(p));
        ops.disposeParameter(p);
      }
      expect(states[0]).toEqual(states[1]);
    });

    test("counts its steps from 1", () => {
      const p = ops.parameter(start, SHAPE);
      expect(() => update(p, { learningRate: 0.1, step: 0 })).toThrow("numbered from 1");
      ops.disposeParameter(p);
    });
  });

  describe("a parameter", () => {
    test("copies what it is made of and what it is assigned, and keeps its moments", () => {
      const values = start.slice();
      const p = ops.parameter(values, SHAPE);
      values.fill(0);
      update(p, { learningRate: 0.1, step: 1 });
      const before = ops.readParameter(p);
      const next = Float32Array.from(start, (x) => x + 1);
      ops.assign(p, next);
      next.fill(0);
      update(p, { learningRate: 0, step: 2 });
      const after = ops.readParameter(p);
      expect(after.value).toEqual(Float32Array.from(start, (x) => x + 1));
      expectAllClose(
        after.firstMoment,
        gradientOf(2).map((g, i) => 0.9 * before.firstMoment[i]! + 0.1 * g),
        UPDATES,
      );
      expect(() => ops.assign(p, new Float32Array(5))).toThrow();
      ops.disposeParameter(p);
    });

    test("lends its value until the next update", () => {
      const p = ops.parameter(start, SHAPE);
      const { value } = p;
      ops.scope(() => expect(ops.read(ops.scale(p.value, 2))).toEqual(start.map((x) => 2 * x)));
      expect(p.value).toBe(value);
      expect(() => ops.dispose(value)).toThrow("parameter");
      update(p, { learningRate: 0.1, step: 1 });
      expect(() => ops.read(value)).toThrow("was freed");
      expect(ops.read(p.value)).not.toEqual(start);
      ops.disposeParameter(p);
    });

    test("does not change tensors computed from its value when it is updated", () => {
      const p = ops.parameter(start, SHAPE);
      ops.scope(() => {
        const view = ops.reshape(p.value, [12]);
        update(p, { learningRate: 0.1, step: 1 });
        ops.assign(p, new Float32Array(12));
        expect(ops.read(view)).toEqual(start);
      });
      ops.disposeParameter(p);
    });

    test("is freed once, outside scopes, with its moments", () => {
      const [live, held] = [ops.liveTensors, backend.held()];
      const p = ops.scope(() => ops.parameter(start, SHAPE));
      ops.scope(() => void ops.reshape(p.value, [12]));
      expect(ops.liveTensors).toBe(live + 3);
      ops.disposeParameter(p);
      expect(ops.liveTensors).toBe(live);
      expect(() => ops.disposeParameter(p)).toThrow("was freed");
      expect(() => p.value).toThrow("was freed");
      expect(() => ops.readParameter(p)).toThrow("was freed");
      // Constants, such as the shape of the view, are kept.
      expect(backend.held() - held).toBeLessThanOrEqual(1);
    });
  });

  describe("memory", () => {
    test("stays flat over a hundred steps of training", () => {
      const before = ops.liveTensors;
      const d = 256;
      const w = ops.parameter(new Float32Array(d * d).fill(0.01), [d, d]);
      const frozen = ops.tensor(new Float32Array(d * d).fill(0.02), [d, d]);
      const inputs = Float32Array.from({ length: d * d }, (_, i) => Math.sin(i));
      const labels = Int32Array.from({ length: d }, (_, i) => i);
      const step = (number: number) =>
        ops.scope(() => {
          const x = ops.tensor(inputs, [d, d]);
          const h = ops.matMul(x, w.value, false, true);
          const y = ops.matMul(ops.gelu(h), frozen, false, true);
          const { gradient } = ops.crossEntropy(y, ops.tensor(labels, [d]));
          const dh = ops.geluGradient(h, ops.matMul(gradient, frozen));
          ops.adamW(w, ops.matMul(dh, x, true), { learningRate: 1e-3, weightDecay: 0.1, step: number });
        });
      for (let i = 1; i <= 20; i++) step(i);
      const [live, held, rss] = [ops.liveTensors, backend.held(), process.memoryUsage.rss()];
      for (let i = 21; i <= 120; i++) step(i);
      expect(ops.liveTensors).toBe(live);
      // Two constants a step on native: the rate and epsilon of each update, of which a bounded number is kept.
      expect(backend.held() - held).toBeLessThanOrEqual(200);
      // A hundred steps make some 700 MiB of tensors; what the host's garbage collector leaves for later, up to a tenth of
      // them on plain tensorflow.js, is noise.
      expect((process.memoryUsage.rss() - rss) / 2 ** 20).toBeLessThan(128);
      ops.dispose(frozen);
      ops.disposeParameter(w);
      expect(ops.liveTensors).toBe(before);
    });
  });
});
