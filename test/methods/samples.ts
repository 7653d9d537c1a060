/** Samples: which examples each is the mean over, recovered from PyTorch's scores of every example. */
import { type ScoresRow, scoresSchema } from "@ft/artifacts";
import { describe, expect, test } from "vitest";
import { expectAllClose } from "../../packages/backend/src/testing/all-close.ts";
import { edges } from "./circuit.ts";
import { parity, tensor } from "./fixtures.ts";
import { tableOf } from "./results.ts";

const examples = parity.pairs.length;
/** Float32 scores, through a system of 32 equations. */
const COUNTS = 0.02;

/** Scores of every pair as it is, then of each with its prompts in exchange, [2 N, edges]. */
const perExample = Array.from({ length: 2 * examples }, (_, i) =>
  Array.from(tensor("trained-neox/scores", "examples").slice(i * edges.length, (i + 1) * edges.length)),
);
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** How often each example counts in the mean over N that the scores are: least squares. */
function countsOf(scores: readonly number[], members: number): number[] {
  const rows = perExample.map((own) => [...perExample.map((other) => dot(own, other)), dot(own, scores)]);
  const weights = solve(rows);
  const counts = weights.map((weight) => Math.round(weight * members) + 0); // not -0
  counts.forEach((count, i) => {
    expect(Math.abs(weights[i]! * members - count), `example ${i}`).toBeLessThan(COUNTS);
  });
  return counts;
}

/** Gaussian elimination with pivots. @param rows [n, n + 1] */
function solve(rows: number[][]): number[] {
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row) => (Math.abs(row[i]!) > Math.abs(best[i]!) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[i], rows[at]] = [rows[at]!, rows[i]!];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[i]! / pivot[i]!;
      for (let j = i; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

describe("samples before training", () => {
  const named = () =>
    new Map(
      (tableOf("scores", scoresSchema) as ScoresRow[])
        .filter(({ step, seed }) => step === 0 && seed === 1)
        .map(({ sample, scores }) => [sample, scores]),
    );
  const plain = (counts: number[]) => {
    expect(counts.slice(examples)).toEqual(Array(examples).fill(0));
    return counts.slice(0, examples);
  };
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

  test("are those configured", () => {
    expect([...named().keys()]).toEqual([
      ...["all", "half 1", "half 2", "split 1", "split 2", "split 3"],
      ...["bootstrap 1", "bootstrap 2", "perturbed 25", "perturbed 50"],
    ]);
    expect(plain(countsOf(named().get("all")!, examples))).toEqual(Array(examples).fill(1));
  });

  test.each([
    ["half", [8, 8]],
    ["split", [6, 5, 5]],
  ])(
    "parts called %s have each example once, and are as large as each other or one larger",
    (name, sizes) => {
      const parts = sizes.map((size, i) => plain(countsOf(named().get(`${name} ${i + 1}`)!, size)));
      expect(parts.map(sum)).toEqual(sizes);
      expect(parts[0]!.map((_, i) => sum(parts.map((part) => part[i]!)))).toEqual(Array(examples).fill(1));
    },
  );

  test("resamples are draws of as many examples, with replacement", () => {
    const [one, two] = [1, 2].map((n) => plain(countsOf(named().get(`bootstrap ${n}`)!, examples)));
    for (const counts of [one!, two!]) {
      expect(sum(counts)).toBe(examples);
      expect(Math.min(...counts)).toBe(0);
      expect(Math.max(...counts)).toBeGreaterThan(1);
    }
    expect(one).not.toEqual(two);
  });

  test("perturbed are all, a share of them with their prompts in exchange, the smaller one part of the larger", () => {
    const [quarter, half] = [25, 50].map((percent) =>
      countsOf(named().get(`perturbed ${percent}`)!, examples),
    );
    for (const [counts, changed] of [
      [quarter!, 4],
      [half!, 8],
    ] as const) {
      expect(sum(counts.slice(examples))).toBe(changed);
      for (let i = 0; i < examples; i++) expect(counts[i]! + counts[examples + i]!).toBe(1);
    }
    quarter!.slice(examples).forEach((count, i) => {
      if (count === 1) expect(half![examples + i]).toBe(1);
    });
  });

  test("the mean over both halves is that over all", () => {
    const [one, two] = [named().get("half 1")!, named().get("half 2")!];
    expectAllClose(
      one.map((score, i) => (score + two[i]!) / 2),
      named().get("all")!,
      { relative: 1e-6 },
    );
  });
});
