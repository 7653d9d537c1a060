import { expect, test } from "vitest";
import { learningRateAt } from "./schedule.ts";

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
