import { expect, test } from "vitest";
import { checkpointSteps } from "./checkpoint-steps.ts";

test("even spacing includes the start and the end", () => {
  expect(checkpointSteps({ count: 5, spacing: "even" }, 280)).toEqual([0, 70, 140, 210, 280]);
});

test("a dense start has as many checkpoints, half of them in the first quarter", () => {
  const steps = checkpointSteps({ count: 12, spacing: "dense-start" }, 282);
  expect(steps).toHaveLength(12);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(282);
  expect(steps.filter((step) => step <= 282 / 4)).toHaveLength(6);
});

test("checkpoints that fall on one step are taken once", () => {
  expect(checkpointSteps({ count: 12, spacing: "dense-start" }, 3)).toEqual([0, 1, 2, 3]);
});

test("one every N updates ends with the last update", () => {
  expect(checkpointSteps({ every: 25 }, 60)).toEqual([0, 25, 50, 60]);
  expect(checkpointSteps({ every: 25 }, 50)).toEqual([0, 25, 50]);
});

test("the last alone", () => {
  expect(checkpointSteps("last", 60)).toEqual([60]);
});
