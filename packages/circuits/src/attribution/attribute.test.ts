import { join } from "node:path";
import { type Ops, openBackend } from "@ft/backend";
import { createGraph } from "@ft/graph";
import { type LoadedModel, loadModel } from "@ft/model";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAllClose } from "../../../backend/src/testing/all-close.ts";
import { evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import type { Pair } from "../pairs/pair.ts";
import { type AttributionOptions, attribute } from "./attribute.ts";

const folder = join(import.meta.dirname, "../../../../test/fixtures/neox-tiny");
const graph = createGraph({ layers: 2, heads: 4, parallel: true });

/** The distance of token 2's embedding from token 1's. */
const STEP = 0.005;
/** Tolerance, relative to the largest score: the second order of such a step, and float32's error in such differences. */
const FIRST_ORDER = { relative: 0.05 };

let ops: Ops;
let model: LoadedModel;
beforeAll(async () => {
  ops = await openBackend();
  model = await loadModel(folder);
  const name = "gpt_neox.embed_in.weight";
  const { shape, data } = model.weights.get(name)!;
  const width = shape[1]!;
  for (let i = 0; i < width; i++) data[2 * width + i] = data[width + i]! + STEP * Math.sin(7 * i);
  model.weights.set(name, { shape, data });
});

/** Token 1 becomes token 2 in the middle, so that prompts share a beginning and differ for two more positions. */
const pairs: Pair[] = [
  { clean: [5, 9, 1, 30, 12], corrupted: [5, 9, 2, 30, 12], answer: 7, wrong: 40 },
  { clean: [5, 11, 1, 33, 12], corrupted: [5, 11, 2, 33, 12], answer: 8, wrong: 41 },
  { clean: [5, 1, 14], corrupted: [5, 2, 14], answer: 9, wrong: 42 },
];

const all = () => graph.emptySet().fill(1);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("for nearly equal prompts a score is the effect on the loss of corrupting that edge alone", () => {
  const scores = attribute(ops, model, pairs, { method: "eap", metric: "logit-diff" });
  const without = Array.from({ length: graph.edges }, (_, edge) => {
    const set = all();
    set[edge] = 0;
    return set;
  });
  const { model: whole, circuits } = evaluateCircuits(ops, model, pairs, without, { metric: "logit-diff" });
  const losses = circuits.map(({ metric }) => mean(whole.metric) - mean(metric));
  expectAllClose(scores, losses, FIRST_ORDER);
});

describe("scores", () => {
  const options: AttributionOptions[] = (["kl", "logit-diff"] as const).flatMap((metric) => [
    { metric, method: "eap" },
    { metric, grid: "paper" },
    { metric, grid: "library" },
  ]);
  /** Float32 summed in another order; of these nearly equal prompts a divergence is a difference of nearly equal probabilities. */
  const ROUNDING = { relative: 1e-4 };

  test.each(options)("are the same with and without shared prefixes: %j", (option) => {
    const shared = attribute(ops, model, pairs, option);
    expectAllClose(attribute(ops, model, pairs, { ...option, share: false }), shared, ROUNDING);
  });

  test.each(options)("of all pairs are the mean of each pair's: %j", (option) => {
    const together = attribute(ops, model, pairs, option);
    const apart = pairs.map((pair) => attribute(ops, model, [pair], option));
    const mean = together.map((_, edge) => apart.reduce((sum, own) => sum + own[edge]!, 0) / pairs.length);
    expectAllClose(mean, together, ROUNDING);
  });

  test("of more pairs than run together are the mean over all of them", () => {
    const token = (i: number) => 5 + (i % 55);
    const many: Pair[] = Array.from({ length: 80 }, (_, i) => ({
      clean: [token(i), token(7 * i), token(11 * i), 1, token(3 * i)],
      corrupted: [token(i), token(7 * i + 1), token(11 * i), 2, token(3 * i)],
      answer: 7,
    }));
    const batches: number[] = [];
    const together = attribute(ops, model, many, {
      share: false,
      progress: (examples) => batches.push(examples),
    });
    expect(batches.length).toBeGreaterThan(1);
    const halves = [many.slice(0, 40), many.slice(40)].map((half) => attribute(ops, model, half));
    const mean = together.map((_, edge) => (halves[0]![edge]! + halves[1]![edge]!) / 2);
    expectAllClose(together, mean, ROUNDING);
  });

  test("do not depend on the order of the pairs", () => {
    const reversed = attribute(ops, model, [...pairs].reverse());
    expectAllClose(reversed, attribute(ops, model, pairs), ROUNDING);
  });

  test("are zero where clean and corrupted are the same", () => {
    const same = pairs.map((pair) => ({ ...pair, corrupted: pair.clean }));
    expect(attribute(ops, model, same, { metric: "logit-diff" }).every((score) => score === 0)).toBe(true);
  });
});

test("no tensor leaks", () => {
  const before = ops.liveTensors;
  attribute(ops, model, pairs);
  evaluateCircuits(ops, model, pairs, [all(), graph.emptySet()]);
  expect(ops.liveTensors).toBe(before);
});

describe("bad pairs are refused by place and value", () => {
  const [first] = pairs as [Pair];
  test.each<[string, Pair[], RegExp]>([
    ["none", [], /there are no pairs/],
    ["of unequal length", [first, { ...first, corrupted: [5] }], /pair 2[\s\S]*5 and 1/],
    ["with a token the model does not have", [{ ...first, answer: 64 }], /pair 1[\s\S]*64[\s\S]*0 to 63/],
    [
      "without the wrong answer that the metric needs",
      [{ ...first, wrong: undefined }],
      /pair 1[\s\S]*"wrong"/,
    ],
  ])("%s", (_, bad, message) => {
    expect(() => attribute(ops, model, bad, { metric: "logit-diff" })).toThrow(message);
  });
});
