/** Anticipating a plan by a short probe, and training as long as a probe took: updates, rates and examples by arithmetic. */
import { checkpointsSchema, metricsSchema, planSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { trained } from "./fixtures.ts";
import { largestLayers, layerSums, meanOver } from "./layers.ts";
import { tableOf } from "./results.ts";

const { learningRate } = trained.training;
const made = (stage: string) => tableOf(stage, metricsSchema).filter(({ step }) => step > 0);

/** The rates of `updates` of a schedule of `length`, the first of which warms up. */
function rates(updates: number, length: number): number[] {
  return Array.from({ length: updates }, (_, done) =>
    done === 0 ? 0 : (learningRate * (length - done)) / (length - 1),
  );
}

describe("a probe on half of the data and a quarter of the updates", () => {
  // 4 of 8 examples in batches of 2 are 2 updates an epoch, 12 in 6 epochs, of which 3 are made.
  test("makes the first updates of the whole schedule", () => {
    expect(made("short-probe").map(({ step }) => step)).toEqual([1, 2, 3]);
    expectAllClose(
      made("short-probe").map((row) => row.learningRate),
      rates(3, 12),
    );
    expect(made("short-probe").map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5]);
  });

  test("sees four different examples in its first epoch", () => {
    // The first update has rate 0, so both have the base model's losses.
    const [first, second] = made("short-probe").map(({ loss }) => loss) as [number, number];
    const losses = trained.trainLosses;
    const pairs = losses.flatMap((one, i) =>
      losses.slice(i + 1).map((other, j) => [i, i + 1 + j, (one + other) / 2]),
    );
    const used = [first, second].map((loss) => {
      const found = pairs.filter(([, , mean]) => Math.abs(mean! - loss) < 1e-5);
      expect(found).toHaveLength(1);
      return found[0]!.slice(0, 2);
    });
    expect(new Set(used.flat()).size).toBe(4);
  });

  test("anticipates the layers by the change of its own circuits", () => {
    const sums = meanOver(layerSums("short-circuits", "top", "source"));
    const critical = largestLayers(sums, 1);
    for (const row of tableOf("anticipating-plan", planSchema)) {
      expect(row.edgeChange).toBeCloseTo(sums[row.layer]!, 10);
      expect(row.rank).toBe(critical.includes(row.layer) ? 3 : 1);
      expect(row.reason).toContain("of 1 probe runs, 3 updates in all");
    }
  });
});

test("compute-matched training makes the updates of both probes and of finding their circuits as well", () => {
  // A circuit costs 16 examples x 3 steps / 8 a batch = 6 updates; each run has two of them.
  const probe = 2 * (6 + 2 * 6);
  const short = 3 + 2 * 6;
  const updates = 6 + probe + short;
  const steps = tableOf("compute-matched", checkpointsSchema).map(({ step }) => step);
  expect([...new Set(steps)]).toEqual([0, updates]);
  expectAllClose(
    made("compute-matched").map((row) => row.learningRate),
    rates(updates, updates),
  );
});
