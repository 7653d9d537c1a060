/** Against SciPy over random samples; test/fixtures/statistics says how the values were made. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  bootstrapVariance,
  type Correlation,
  crossedInterval,
  detectableEffect,
  equivalenceTest,
  holm,
  meanInterval,
  pairedPower,
  pairedTest,
  pairsNeeded,
  pooledTest,
  poolTasks,
  sampleQuantile,
  signFlipTest,
  spearman,
} from "./index.ts";

const file = join(import.meta.dirname, "../../../test/fixtures/statistics/expected.json");
const expected: { [Kind in keyof Samples]: Samples[Kind][] } = JSON.parse(readFileSync(file, "utf8"));

/** What jstat's tails and quantiles are exact to, relative to their value. */
const JSTAT = 1e-6;
/** What the normal distribution's tail is exact to, absolutely: jstat subtracts it from 1. */
const NORMAL_TAIL = 1e-15;
/** What sums in another order leave of a value. */
const ROUNDING = 1e-10;

interface Rank {
  mean: number;
  p: number;
  interval: number[];
}

/** Inputs and values of each kind of sample. */
interface Samples {
  paired: Record<"margin" | "level" | "p" | "greater" | "below" | "above", number> &
    Record<"values" | "interval", number[]>;
  sign_flip: { values: number[]; p: number; greater: number };
  holm: Record<"values" | "adjusted", number[]>;
  correlation: Record<"x" | "y" | "z" | "w", number[]> & Record<"plain" | "given" | "givenBoth", Rank>;
  crossed: { values: number[][]; variance: number; interval: number[] };
  power: Record<"n" | "effect" | "deviation" | "level" | "power" | "detectable" | "needed", number>;
  pooled: { tasks: number[][]; between: number } & Record<"mean" | "fixed" | "random", number[]>;
  quantile: { values: number[]; at: number; quantile: number };
}

/** A test over all samples of one kind. */
function each<Kind extends keyof Samples>(
  kind: Kind,
  title: string,
  check: (sample: Samples[Kind]) => void,
): void {
  test(`${title}: SciPy's values`, () => {
    expect(expected[kind].length).toBe(24);
    for (const sample of expected[kind]) check(sample);
  });
}

/** Checks values against SciPy's, within a tolerance relative to each and an absolute one. */
function expectAll(
  actual: readonly number[],
  values: readonly number[],
  tolerance: number,
  absolute = 1e-18,
): void {
  expect(actual).toHaveLength(values.length);
  for (const [i, value] of values.entries())
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance * Math.abs(value) + absolute);
}

each("paired", "t tests, intervals and equivalence", (sample) => {
  const { values, margin, level, p, greater, interval, below, above } = sample;
  const { low, high } = meanInterval(values, level);
  const found = equivalenceTest(values, margin);
  const scale = Math.abs(interval[1]! - interval[0]!);
  expectAll([pairedTest(values), pairedTest(values, "greater")], [p, greater], JSTAT);
  expectAll([(low! - interval[0]!) / scale + 1, (high! - interval[1]!) / scale + 1], [1, 1], JSTAT);
  expectAll([found.below, found.above, found.p], [below, above, Math.max(below, above)], JSTAT);
});

each("sign_flip", "sign flips", ({ values, p, greater }) => {
  const found = [signFlipTest(values), signFlipTest(values, { alternative: "greater" })];
  expectAll(found, [p, greater], ROUNDING);
});

each("holm", "Holm's correction", ({ values, adjusted }) => {
  expectAll(holm(values), adjusted, ROUNDING);
});

each("correlation", "rank correlations", (sample) => {
  const { x, y, z, w, plain, given, givenBoth } = sample;
  const cases: [Correlation, Rank][] = [
    [spearman(x, y), plain],
    [spearman(x, y, [z]), given],
    [spearman(x, y, [z, w]), givenBoth],
  ];
  for (const [found, { mean, p, interval }] of cases) {
    expectAll(
      [found.mean, ...[found.low, found.high].map((end) => end + 2)],
      [mean, ...interval.map((end) => end + 2)],
      JSTAT,
    );
    expectAll([found.p], [p], JSTAT);
  }
});

each("crossed", "seeds crossed with examples", (sample) => {
  const { values, variance, interval } = sample;
  const { low, high } = crossedInterval(values, 0.9);
  expectAll([bootstrapVariance(values)], [variance], ROUNDING);
  expectAll([low, high], interval, JSTAT);
});

each("power", "power", (sample) => {
  const { n, effect, deviation, level, power, detectable, needed } = sample;
  expectAll([pairedPower(effect, { n, deviation, level })], [power], JSTAT);
  expectAll([detectableEffect({ n, deviation, level })], [detectable], JSTAT);
  expect(pairsNeeded(effect, { deviation, level })).toBe(needed);
});

each("pooled", "pooling over tasks", (sample) => {
  const { tasks, between } = sample;
  for (const model of ["mean", "fixed", "random"] as const) {
    const found = poolTasks(tasks, model);
    expectAll([found.mean, found.low, found.high, pooledTest(found)], sample[model], JSTAT, NORMAL_TAIL);
    expectAll([found.betweenTasks], [model === "random" ? between : 0], ROUNDING);
  }
});

each("quantile", "sample quantiles", ({ values, at, quantile }) => {
  expectAll([sampleQuantile(values, at)], [quantile], ROUNDING);
});
