import { resolve } from "node:path";
import { expect, test } from "vitest";
import { measuredJobs, measureJob } from "./measure-model.ts";

const nano = resolve(import.meta.dirname, "../../../models/nano");

test.each(measuredJobs)("%s is measured: times, and the memory that was expected", async (job) => {
  const { loading, each, peakBytes, expectedBytes } = await measureJob(nano, job, 4);
  for (const { wall, cpu } of [loading, each]) {
    expect(wall).toBeGreaterThan(0);
    expect(cpu).toBeGreaterThan(0);
  }
  // A small model is nothing next to the process, which also runs the tests.
  expect(expectedBytes).toBeGreaterThan(0.4 * 2 ** 30);
  expect(expectedBytes).toBeLessThan(0.8 * 2 ** 30);
  expect(peakBytes).toBeGreaterThan(0.2 * 2 ** 30);
});
