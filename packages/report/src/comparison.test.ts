import { adapterKinds } from "@ft/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckpointAnswers } from "./answers.ts";
import {
  baseResults,
  differencesOf,
  finalResults,
  planMethods,
  summarize,
  uniformRanks,
  valuesOf,
} from "./comparison.ts";
import { answered, answersOf } from "./testing/answers.ts";
import { planStage, results } from "./testing/results.ts";

test("a method's accuracy is that of its last checkpoint, and its difference to the circuit-aware one is paired by seed", () => {
  const [uniform, aware] = summarize(results);
  expect(uniform).toMatchObject({ method: "lora-r8", seeds: 3 });
  expect(uniform!.meanAccuracy).toBeCloseTo(0.72, 12);
  expect(uniform!.difference).toBeCloseTo(-0.1, 12);
  expect(aware).toMatchObject({ method: "circuit-lora", difference: null });
});

test("several draws with one seed count once, with the mean of their last checkpoints", () => {
  const metrics = results.metrics.flatMap((row) =>
    row.plan === "lora-r8" && row.step > 0
      ? [
          { ...row, draw: 1, heldOutAccuracy: 0.5 },
          { ...row, draw: 2, step: row.step + 5, heldOutAccuracy: 0.9 },
        ]
      : [row],
  );
  const [uniform] = summarize({ ...results, metrics });
  expect(uniform!.seeds).toBe(3);
  expect(uniform!.meanAccuracy).toBeCloseTo((0.1 + 0.5 + 0.9) / 3, 12);
});

test("trainable parameters are counted from the plan's modules", () => {
  expect(summarize(results).map(({ trainableParameters }) => trainableParameters)).toEqual([8 * 16, 24 * 16]);
});

test("a plan that adapts another layer for every seed has the parameters of one seed", () => {
  const [row] = results.plans;
  const bySeed = [0, 1].map((layer) => ({ ...row!, layer, seed: layer + 1 }));
  const [random] = summarize({ ...results, plans: [...bySeed, ...results.plans.slice(1)] });
  expect(random).toMatchObject({ method: "lora-r8", trainableParameters: 8 * 16 });
});

test("plans with one rank everywhere are identified by it, full fine-tuning by its name", () => {
  const [row] = results.plans;
  const full = { ...row!, plan: "full", kind: "full", rank: 0 };
  expect([...uniformRanks([...results.plans, full])]).toEqual([
    ["lora-r8", 8],
    ["full", "full"],
  ]);
});

test("plans of other kinds than LoRA have no rank to compare, whatever their order", () => {
  const kinds = adapterKinds.filter(({ name, adapt }) => adapt && name !== "lora");
  fc.assert(
    fc.property(fc.shuffledSubarray(kinds), fc.integer({ min: 0, max: 64 }), (chosen, rank) => {
      const [row] = results.plans;
      const others = chosen.map(({ name }) => ({ ...row!, plan: name, kind: name, rank }));
      expect(uniformRanks([...others, ...results.plans])).toEqual(uniformRanks(results.plans));
    }),
  );
});

test("the methods of plans are those of lora stages, not of other stages or outside commands", () => {
  const replaced = planStage({ c: "random" });
  const outside = { command: "python plan.py", files: {} };
  const stages = [
    planStage({ a: "budget" }),
    { ...planStage({ b: "random" }), uses: "train" },
    { ...replaced, manifest: { ...replaced.manifest, outside } },
  ];
  expect([...planMethods(stages)]).toEqual([["a", "budget"]]);
});

/** Sums of a few fractions. */
const ROUNDING = 12;

/** Both methods' answers to four examples, with two seeds. */
const known = {
  ...results,
  ...answered(
    answersOf("lora-r8", 2, { 1: [1, 1, 0, 0], 2: [1, 0, 0, 0] }),
    answersOf("circuit-lora", 2, { 1: [1, 1, 1, 0], 2: [1, 1, 1, 0] }),
  ),
};

test("differences are by seed and example if every seed has both methods' answers to the same examples", () => {
  const found = finalResults(known);
  const [a, b] = [found.get("circuit-lora")!, found.get("lora-r8")!];
  const { values, crossed } = differencesOf(a, b);
  expect(values).toEqual([0.25, 0.5]);
  expect(crossed).toEqual([
    [0, 0, 1, 0],
    [0, 1, 1, 0],
  ]);
  expect(valuesOf(b).crossed).toEqual([
    [1, 1, 0, 0],
    [1, 0, 0, 0],
  ]);
  const [summary] = summarize(known);
  expect(summary).toMatchObject({ examples: 4, seeds: 2 });
  expect(summary!.difference).toBeCloseTo(-0.375, ROUNDING);
  // Means by example are 0, .5, 1 and 0: their variance is .6875 / 3, over 4; seeds and interaction cancel out (1 / 64 each).
  const half = 12.7062 * Math.sqrt(0.6875 / 12); // t of one degree of freedom
  expect(summary!.highDifference! - summary!.difference!).toBeCloseTo(half, 4);
});

test.each<[string, (row: CheckpointAnswers) => Partial<CheckpointAnswers>[]]>([
  ["another dataset", (row) => [row.seed === 2 && row.plan === "lora-r8" ? { of: "other" } : {}]],
  ["another dataset of both methods with a seed", (row) => [row.seed === 2 ? { of: "other" } : {}]],
  ["answers of one method alone", (row) => (row.plan === "lora-r8" ? [] : [{}])],
  ["a seed without answers", (row) => (row.seed === 2 ? [] : [{}])],
  ["answers of another step", () => [{ step: 1 }]],
  ["a single example", ({ correct }) => [{ correct: correct.slice(0, 1) }]],
])("with %s, differences are by seed alone", (_, change) => {
  const answers = known.answers.flatMap((row) => change(row).map((parts) => ({ ...row, ...parts })));
  const found = finalResults({ ...known, answers });
  const gains = differencesOf(found.get("circuit-lora")!, found.get("lora-r8")!);
  expect(gains).toEqual({ seeds: [1, 2], values: [0.25, 0.5] });
});

test("with a single seed, values are not crossed with examples", () => {
  const [, b] = [...finalResults(known).values()];
  const single = new Map([...b!].slice(0, 1));
  expect(differencesOf(single, single)).toEqual({ seeds: [1], values: [0] });
});

test("answers of several draws are averaged, example by example", () => {
  const drawn = [1, 2].map((draw) => answersOf("lora-r8", 2, { 1: [1, 0, Number(draw > 1), 0] }, draw));
  const { shares } = finalResults({ ...results, ...answered(...drawn) })
    .get("lora-r8")!
    .get(1)!.answers!;
  expect(shares).toEqual([1, 0, 0.5, 0]);
  const apart = answered(...drawn);
  const answers = apart.answers.map((row) => (row.draw > 1 ? { ...row, of: "other" } : row));
  const mixed = finalResults({ ...results, ...apart, answers })
    .get("lora-r8")!
    .get(1)!;
  expect(mixed).toEqual({ accuracy: 0.375, answers: undefined });
});

test("results of the base model are those of step 0 where runs begin there", () => {
  const start = answered(answersOf("lora-r8", 0, { 1: [1, 0], 2: [0, 0] }));
  const metrics = start.metrics.map((row) => ({ ...row, beganElsewhere: true }));
  expect([...baseResults({ ...results, ...start, metrics })]).toEqual([]);
  expect(valuesOf(baseResults({ ...results, ...start }).get("lora-r8")!)).toEqual({
    seeds: [1, 2],
    values: [0.5, 0],
    crossed: [
      [1, 0],
      [0, 0],
    ],
  });
});
