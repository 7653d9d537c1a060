import { type Ops, openBackend } from "@ft/backend";
import type { Decoder } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { type Metric, metricNamed, metrics } from "./index.ts";
import { LOGITS_AT_ONCE } from "./logits-gradient.ts";

let ops: Ops;
beforeAll(async () => {
  ops = await openBackend();
});

/** The metric of one example by its logits and the reference's. */
function metricOf(metric: Metric, logits: number[], reference: number[], answer = 0, wrong = 1): number {
  const row = (values: number[]) => ops.tensor(Float32Array.from(values), [1, values.length]);
  const comparand = {
    reference: metric.reference(ops, row(reference)),
    answers: Int32Array.of(answer),
    wrong: Int32Array.of(wrong),
  };
  return ops.read(metric.value(ops, row(logits), comparand))[0]!;
}

/** p log(p / q) summed. */
const divergence = (p: number[], q: number[]) => p.reduce((sum, x, i) => sum + x * Math.log(x / q[i]!), 0);

describe("the values of worked examples", () => {
  const total = 1 + Math.E + Math.E ** 2;
  const p = [1 / total, Math.E / total, Math.E ** 2 / total];
  const q = [1 / 3, 1 / 3, 1 / 3];
  const m = p.map((x, i) => (x + q[i]!) / 2);
  test.each<[string, number[], number[], number]>([
    ["kl", [0, 1, 2], [0, 0, 0], 0.10299789192542345],
    ["kl", [0, 0, 0], [0, 1, 2], 0.08873890227605703],
    ["js", [0, 1, 2], [0, 0, 0], (divergence(p, m) + divergence(q, m)) / 6],
    ["js", [0, 0, 0], [0, 1, 2], (divergence(p, m) + divergence(q, m)) / 6],
    ["js", [60, 0, 0], [0, 60, 0], Math.LN2 / 3],
    ["logit-diff", [0.5, 2, 9], [7, 7, 7], -1.5],
    ["probability", [0, 1, 2], [7, 7, 7], p[0]!],
  ])("%s of %j against %j", (name, logits, reference, expected) => {
    expectAllClose([metricOf(metricNamed(name), logits, reference)], [expected], { relative: 1e-5 });
  });
});

describe.each(metrics.map((metric) => ({ metric, name: metric.name })))("$name", ({ metric }) => {
  const [points, examples, width, vocabulary] = [2, 3, 4, 5];
  const numbers = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i + seed));
  const weight = numbers(vocabulary * width, 1);
  const [normed, reference] = [numbers(points * examples * width, 2), numbers(examples * width, 3)];
  const answers = Int32Array.of(0, 3, 4);
  const wrong = Int32Array.of(2, 1, 0);

  const unembedded = (rows: Float32Array) =>
    ops.linear(ops.tensor(rows, [rows.length / width, width]), ops.tensor(weight, [vocabulary, width]));
  /** The loss of all examples at all points. */
  const loss = (rows: Float32Array): number => {
    const target = metric.reference(ops, unembedded(reference));
    let sum = 0;
    for (let point = 0; point < points; point++) {
      const own = rows.slice(point * examples * width, (point + 1) * examples * width);
      const values = metric.value(ops, unembedded(own), { reference: target, answers, wrong });
      for (const value of ops.read(values)) sum += metric.lossSign * value;
    }
    return sum;
  };
  const gradientAt = (rows: Float32Array, of: Float32Array) =>
    ops.read(
      metric.lossGradient(ops, {
        decoder: { unembedding: { weight: ops.tensor(weight, [vocabulary, width]) } } as Decoder,
        normed: ops.tensor(rows, [rows.length / width, width]),
        reference: ops.tensor(of, [examples, width]),
        answers,
        wrong,
      }),
    );

  test("its gradient is the slope of its loss", () => {
    const step = 2 ** -7;
    const slopes = normed.map((_, i) => {
      const moved = (by: number) => normed.map((value, j) => (j === i ? value + by : value));
      return (loss(moved(step)) - loss(moved(-step))) / (2 * step);
    });
    expectAllClose(gradientAt(normed, reference), slopes, { relative: 2e-3 });
  });

  test("is flat at its reference exactly if it says so", () => {
    const gradient = gradientAt(reference, reference);
    expect(Math.max(...gradient.map(Math.abs)) < 1e-7).toBe(metric.vanishesAtReference);
  });
});

describe.each(metrics.map((metric) => ({ metric, name: metric.name })))("$name", ({ metric }) => {
  test("has the same gradient if the logits of its examples do not fit at once", () => {
    const vocabulary = LOGITS_AT_ONCE / 4 + 1; // with one point and its reference, two examples are one too many
    const weight = new Float32Array(vocabulary).fill(-30); // the width is 1
    weight.set([0.5, 2, -1, 1]);
    const examples = [
      { normed: 1, reference: 0.6, answer: 0, wrong: 1 },
      { normed: 0.8, reference: 1.2, answer: 3, wrong: 2 },
    ];
    const gradientOf = (some: typeof examples) => {
      const column = (values: number[]) => ops.tensor(Float32Array.from(values), [some.length, 1]);
      const gradient = metric.lossGradient(ops, {
        decoder: { unembedding: { weight: ops.tensor(weight, [vocabulary, 1]) } } as Decoder,
        normed: column(some.map(({ normed }) => normed)),
        reference: column(some.map(({ reference }) => reference)),
        answers: Int32Array.from(some, ({ answer }) => answer),
        wrong: Int32Array.from(some, ({ wrong }) => wrong),
      });
      return [...ops.read(gradient)];
    };
    const alone = examples.flatMap((example) => gradientOf([example]));
    expectAllClose(gradientOf(examples), alone, { relative: 1e-5 });
  });
});

test("an unknown metric is refused with those that exist", () => {
  expect(() => metricNamed("probabilty")).toThrow(
    /no metric `probabilty`[\s\S]*did you mean `probability`[\s\S]*kl, js, logit-diff, probability/,
  );
});
