import { expect, test } from "vitest";
import {
  batches,
  checkpointSteps,
  learningRateAt,
  runLength,
  shortWarmUp,
  updatesPerEpoch,
} from "./schedule.ts";

test("rates agree with transformers' linear schedule with warm-up", () => {
  const schedule = { peak: 0.002, warmUp: 4, length: 10 };
  const rates = Array.from({ length: 11 }, (_, i) => learningRateAt(schedule, i + 1));
  // get_linear_schedule_with_warmup(optimizer at 0.002, 4, 10), read before each update.
  const expected = [0, 0.0005, 0.001, 0.0015, 0.002, 0.0016667, 0.0013333, 0.001, 0.00066667, 0.00033333, 0];
  for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[i]!, 7);
});

test("without warm-up the first update has the peak rate", () => {
  expect(learningRateAt({ peak: 0.01, warmUp: 0, length: 5 }, 1)).toBe(0.01);
});

test("the descent ends at the floor and stays there", () => {
  const schedule = { peak: 1, warmUp: 0, length: 100, floor: 0.05 };
  expect(learningRateAt(schedule, 101)).toBeCloseTo(0.05, 12);
  expect(learningRateAt(schedule, 150)).toBeCloseTo(0.05, 12);
});

test("a warm-up longer than training never reaches the peak", () => {
  expect(learningRateAt({ peak: 1, warmUp: 10, length: 4 }, 4)).toBeCloseTo(0.3, 12);
});

test("a warm-up as long as a run, or longer, is noted with its remedy", () => {
  expect(shortWarmUp(9, { schedule: 20, updates: 10 })).toBeUndefined();
  for (const warmUp of [10, 25])
    expect(shortWarmUp(warmUp, { schedule: 20, updates: 10 })).toMatch(
      new RegExp(`${warmUp} of 10 updates.*lower \`warmUp\``),
    );
});

const options = { batch: 4, updates: 9, seed: 7 };

test("every epoch visits each example once, the last batch with what is left", () => {
  const all = [...batches(10, options)];
  expect(all.map((batch) => batch.length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
  for (let epoch = 0; epoch < 3; epoch++) {
    const seen = all.slice(3 * epoch, 3 * epoch + 3).flat();
    expect(seen.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()]);
  }
  expect(updatesPerEpoch(10, 4)).toBe(3);
});

test("every epoch and every seed has its own order", () => {
  const all = [...batches(10, options)];
  expect(all.slice(0, 3)).not.toEqual(all.slice(3, 6));
  expect(all).not.toEqual([...batches(10, { ...options, seed: 8 })]);
});

test("resuming from any update gives the batches of an uninterrupted run", () => {
  const all = [...batches(10, options)];
  for (let from = 0; from <= all.length; from++) {
    expect([...batches(10, { ...options, from })]).toEqual(all.slice(from));
  }
});

test("batches stop within an epoch", () => {
  expect([...batches(10, { ...options, updates: 5 })]).toEqual([...batches(10, options)].slice(0, 5));
});

test("a run is as long as its epochs and the updates added to them, or stops at a share of that", () => {
  const config = { batch: 4, epochs: 3, updateShare: 1 };
  expect(runLength(10, config)).toEqual({ schedule: 9, updates: 9 });
  expect(runLength(10, config, 91)).toEqual({ schedule: 100, updates: 100 });
  expect(runLength(10, { ...config, updateShare: 0.03 }, 91)).toEqual({ schedule: 100, updates: 3 });
  expect(runLength(10, { ...config, updateShare: 0.03 })).toEqual({ schedule: 9, updates: 1 });
});

test("even spacing includes the start and the end", () => {
  expect(checkpointSteps({ count: 5, spacing: "even" }, 280)).toEqual([0, 70, 140, 210, 280]);
});

test("a dense start has the same number of checkpoints, half of them in the first quarter", () => {
  const steps = checkpointSteps({ count: 12, spacing: "dense-start" }, 282);
  expect(steps).toHaveLength(12);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(282);
  expect(steps.filter((step) => step <= 282 / 4)).toHaveLength(6);
});

test("checkpoints that fall on one step are taken once", () => {
  expect(checkpointSteps({ count: 12, spacing: "dense-start" }, 3)).toEqual([0, 1, 2, 3]);
});

test("checkpoints every N updates end with the last update", () => {
  expect(checkpointSteps({ every: 25 }, 60)).toEqual([0, 25, 50, 60]);
  expect(checkpointSteps({ every: 25 }, 50)).toEqual([0, 25, 50]);
});

test("only the last", () => {
  expect(checkpointSteps("last", 60)).toEqual([60]);
});
