import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { NativeKernelOps } from "./native/native-kernel-ops.ts";
import type { Ops, Tensor } from "./ops.ts";
import { expectAllClose, type Tolerance } from "./testing/all-close.ts";
import { testBackends } from "./testing/backends.ts";
import { expectOnlyResult } from "./testing/expect-result.ts";
import { CASES, shapes, tensors } from "./testing/random.ts";
import * as reference from "./testing/reference.ts";
import { build, get, map, type Reference, zip } from "./testing/reference.ts";

/** Some ten roundings of float32 for sums of a few hundred terms. */
const ROUNDING: Tolerance = { relative: 1e-6 };
/** One rounding of values close to 0: e^x, x - y. */
const CLOSE_TO_ZERO: Tolerance = { relative: 1e-6, absolute: 1e-6 };

describe.each(testBackends)("$name takes softmaxes", (backend) => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await backend.open();
  });

  const upload = (t: Reference): Tensor => ops.tensor(Float32Array.from(t.data), t.shape);
  const indices = (values: readonly number[]): Tensor => ops.tensor(Int32Array.from(values), [values.length]);

  const expectResult = (
    operands: readonly Reference[],
    run: (...tensors: Tensor[]) => Tensor,
    expected: Reference,
    tolerance: Tolerance = ROUNDING,
  ): void => expectOnlyResult(ops, operands, run, expected, tolerance);

  const cases = shapes({ minLength: 2, maxLength: 4 }).chain((shape) =>
    fc.tuple(tensors(shape), tensors(shape)),
  );

  test("with logarithms and gradients along the last axis", () => {
    fc.assert(
      fc.property(cases, ([t, dp]) => {
        const p = map(reference.softmax(t), Math.fround);
        expectResult([t], (x) => ops.softmax(x!), p);
        expectResult([t], (x) => ops.logSoftmax(x!), reference.logSoftmax(t), CLOSE_TO_ZERO);
        const products = zip(p, dp, (a, b) => a * b);
        const centred = zip(dp, reference.sum(products, [-1], true), (a, b) => a - b);
        const gradient = zip(p, centred, (a, b) => a * b);
        expectResult([p, dp], (x, y) => ops.softmaxGradient(x!, y!), gradient, CLOSE_TO_ZERO);
      }),
      CASES,
    );
  });

  test("of masked and of huge values", () => {
    const masked: Reference = {
      shape: [2, 3],
      data: Float64Array.of(1, Math.fround(-1e30), 2, 5e4, 5e4, -5e4),
    };
    expectResult([masked], (x) => ops.softmax(x!), reference.softmax(masked));
    expectResult([masked], (x) => ops.logSoftmax(x!), reference.logSoftmax(masked));
  });

  test("for divergences from a target, 0 from themselves", () => {
    for (const width of [3, 1024, 2500]) {
      const t = build([3, width], ([i, j]) => Math.fround(5 * Math.sin(i! * width + j!)));
      const other = build(t.shape, ([i, j]) => Math.fround(4 * Math.cos(i! + 7 * j!)));
      const logP = map(reference.logSoftmax(other), Math.fround);
      const terms = zip(logP, reference.logSoftmax(t), (p, q) => Math.exp(p) * (p - q));
      const expected = reference.sum(terms, [-1], false);
      expectResult([logP, t], (target, x) => ops.klDivergence(target!, x!), expected, CLOSE_TO_ZERO);
      const own = map(expected, () => 0);
      const fromItself = (x: Tensor) => ops.scope(() => ops.klDivergence(ops.logSoftmax(x), x));
      expectResult([other], (x) => fromItself(x!), own, CLOSE_TO_ZERO);
    }
    ops.scope(() => {
      const [a, b] = [upload(build([2, 3], () => 0)), upload(build([3, 2], () => 0))];
      expect(() => ops.klDivergence(a, b)).toThrow("target [2,3] does not fit logits [3,2]");
    });
  });

  test("for cross entropies with their gradients", () => {
    const t = build([4, 300], ([i, j]) => Math.fround(5 * Math.sin(i! * 300 + j!)));
    const labels = [299, 0, 17, 17];
    const logP = reference.logSoftmax(t);
    ops.scope(() => {
      const before = ops.liveTensors;
      const { losses, gradient } = ops.crossEntropy(upload(t), indices(labels));
      expect(ops.liveTensors).toBe(before + 4);
      expect(losses.shape).toEqual([4]);
      expectAllClose(
        ops.read(losses),
        labels.map((label, i) => -get(logP, [i, label])),
        ROUNDING,
      );
      const expected = build(t.shape, ([i, j]) => Math.exp(get(logP, [i!, j!])) - Number(labels[i!] === j));
      expect(gradient.shape).toEqual(t.shape);
      expectAllClose(ops.read(gradient), expected.data, ROUNDING);
      if (!(ops instanceof NativeKernelOps)) return;
      expect(() => ops.crossEntropy(upload(t), indices([1]))).toThrow("labels [1] do not fit");
      expect(() => ops.crossEntropy(upload(t), indices([0, 0, 0, 300]))).toThrow("label 300 of 300");
    });
  });
});
