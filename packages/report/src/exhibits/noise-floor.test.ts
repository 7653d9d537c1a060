import { expect, test } from "vitest";
import { noisy } from "../testing/comparisons.ts";
import { column, legendOf } from "../testing/exhibits.ts";
import { results } from "../testing/results.ts";
import { noiseFloor } from "./noise-floor.ts";
import { stability } from "./stability.ts";

const tuned = [
  [0.3, 0.8],
  [0.3, 0.9],
  [0.1, 0.8],
] as const;
const comparisons = noisy({ tuned, halves: [0.1, 0.2], between: [0.2, 0.5], chance: 4 });

test("the noise floor has a row per run and cause, with ratios above the floors", () => {
  const exhibit = noiseFloor({ ...results, comparisons })!;
  expect(column(exhibit, "what").values.slice(0, 5)).toEqual([
    "first to last checkpoint",
    "another seed, same step",
    "two halves of the examples",
    "chance: jittered scores, 95th percentile of ratios",
    "chance: replaced edges, 95th percentile of ratios",
  ]);
  expect(column(exhibit, "comparisons").values.slice(0, 5)).toEqual([1, 2, 40, 100, 100]);
  const ratio = (name: string) =>
    column(exhibit, name).values.map((value) => (value === null ? null : Number(Number(value).toFixed(6))));
  // Runs: (0.8 - 0.2) / (0.3 - 0.1), (0.9 - 0.2) / 0.2, and none as nodes change as between halves. Chance: 0.4 / 0.1.
  expect(ratio("ratioAboveHalves")).toEqual([3, 3.5, null].flatMap((run) => [run, null, null, 4, 4]));
  expect(ratio("ratioAboveSeeds").slice(0, 5)).toEqual([3, null, null, null, null]);
  expect(ratio("ratio").slice(0, 3)).toEqual([2.666667, 2.5, 2]);
  expect(legendOf(exhibit)).toContain("previous checkpoint");
});

test("stability has a row per model and variation, with the lowest and the highest Jaccard", () => {
  const exhibit = stability({ ...results, comparisons })!;
  const rows = exhibit.rows.map(([model, what, count, , edges, least, most]) =>
    [model, what, count, ...[edges, least, most].map((value) => Number(value).toFixed(3))].join(", "),
  );
  expect(rows).toContain("fine-tuned, seeds, 3, 0.750, 0.750, 0.750");
  expect(rows).toContain("pre-trained, halves, 60, 0.900, 0.900, 0.900");
  expect(rows).toContain("random, 90% perturbed, 1, 0.900, 0.900, 0.900");
  expect(rows.at(-1)).toBe("pre-trained and fine-tuned, first and last, 3, 0.583, 0.550, 0.600");
  expect(rows).toHaveLength(3 * (3 + 9) + 1 + 1);
});

test("without comparisons there is neither", () => {
  expect([noiseFloor(results), stability(results)]).toEqual([undefined, undefined]);
});
