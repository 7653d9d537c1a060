import { expect, test } from "vitest";
import { noisy, stepwise } from "../testing/comparisons.ts";
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

test("each transition has its change, floors and chance, after the mean over the run's transitions", () => {
  const made = { tuned, halves: [0.1, 0.2], between: [0.2, 0.5], chance: 4 } as const;
  const exhibit = noiseFloor({ ...results, comparisons: [...noisy(made), ...stepwise(made)] })!;
  const PER_RUN = 5 + 3 + 2 * 5;
  expect(exhibit.rows).toHaveLength(3 * PER_RUN);
  const names = ["fromStep", "toStep", "what", "comparisons", "ratioAboveHalves", "ratioAboveSeeds"];
  const columns = names.map((name) => column(exhibit, name).values.slice(5, PER_RUN));
  const rounded = (cell: unknown) => (typeof cell === "number" ? Number(cell.toFixed(6)) : cell);
  const rows = columns[0]!.map((_, i) => columns.map((values) => rounded(values[i]!)));
  // The first run: .15 and .4 in each transition, above halves .05 and .2; nodes do not change beyond seeds. Chance: .4 / .1.
  expect(rows.slice(0, 5)).toEqual([
    [0, 2, "mean over transitions", 2, 4, null],
    [0, 2, "mean over transitions: chance: jittered scores, 95th percentile of ratios", 20, 4, null],
    [0, 2, "mean over transitions: chance: replaced edges, 95th percentile of ratios", 20, 4, null],
    [0, 1, "previous checkpoint", 1, 4, null],
    [0, 1, "another seed, same step", 2, null, null],
  ]);
  expect(rows.slice(5).map(([from, to, , comparisons]) => [from, to, comparisons])).toEqual([
    ...[40, 20, 20].map((count) => [0, 1, count]),
    ...[1, 2, 40, 20, 20].map((count) => [1, 2, count]),
  ]);
});

test("stability has a row per model and variation, with the lowest and the highest Jaccard", () => {
  const exhibit = stability({ ...results, comparisons })!;
  const rows = exhibit.rows.map(([model, what, count, , edges, least, most]) =>
    [model, what, count, ...[edges, least, most].map((value) => Number(value).toFixed(3))].join(", "),
  );
  expect(rows).toContain("fine-tuned, seeds, 3, 0.750, 0.750, 0.750");
  expect(rows).toContain("pre-trained, halves, 20, 0.900, 0.900, 0.900");
  expect(rows).toContain("random, 90% perturbed, 1, 0.900, 0.900, 0.900");
  expect(rows.at(-1)).toBe("pre-trained and fine-tuned, first and last, 3, 0.583, 0.550, 0.600");
  expect(rows).toHaveLength(3 * (3 + 9) + 1 + 1);
});

test("without comparisons there is neither", () => {
  expect([noiseFloor(results), stability(results)]).toEqual([undefined, undefined]);
});
