import { describe, expect, test } from "vitest";
import type { Sequence } from "../schemas/schema.ts";
import { orderChecker } from "./check-order.ts";

/** The first problem of rows [run, step], and the place of its row. */
function firstProblem(order: Record<string, Sequence>, rows: readonly (readonly [string | null, number])[]) {
  const problemOf = orderChecker(order);
  for (const [i, [run, step]] of rows.entries()) {
    const problem = problemOf({ run, step });
    if (problem) return `${i}: ${problem}`;
  }
  return undefined;
}

const rises = { run: "together", step: "rises" } as const;

describe("rows come by run, then by step", () => {
  test("in any order of runs, steps rising in each", () => {
    expect(
      firstProblem(rises, [
        ["b", 3],
        ["b", 9],
        [null, 0],
        ["a", 1],
      ]),
    ).toBeUndefined();
  });

  test.each([
    [
      "a run whose rows are not contiguous",
      [
        ["a", 1],
        ["b", 2],
        ["a", 3],
      ],
      '2: run "a" has rows that are not contiguous',
    ],
    [
      "a step that does not rise",
      [
        ["a", 2],
        ["a", 1],
      ],
      "1: step 1 comes after 2",
    ],
    [
      "a row that occurs twice",
      [
        ["a", 1],
        ["a", 1],
      ],
      '1: it repeats run "a", step 1',
    ],
  ] as const)("not %s", (_, rows, problem) => {
    expect(firstProblem(rises, rows)).toBe(`${problem}; rows come by run, step`);
  });
});

test("a counting column starts over in each group", () => {
  const counts = { run: "together", step: "counts from 1" } as const;
  expect(
    firstProblem(counts, [
      ["a", 1],
      ["a", 2],
      ["b", 1],
    ]),
  ).toBeUndefined();
  expect(firstProblem(counts, [["a", 0]])).toContain("0: step 0 comes where 1 should");
  expect(
    firstProblem(counts, [
      ["a", 1],
      ["a", 3],
    ]),
  ).toContain("1: step 3 comes where 2 should");
  expect(
    firstProblem(counts, [
      ["a", 1],
      ["b", 2],
    ]),
  ).toContain("1: step 2 comes where 1 should");
});

test("a last column that never falls may repeat", () => {
  const falls = { run: "together", step: "never falls" } as const;
  expect(
    firstProblem(falls, [
      ["a", 1],
      ["a", 1],
      ["a", 2],
    ]),
  ).toBeUndefined();
  expect(
    firstProblem(falls, [
      ["a", 2],
      ["a", 1],
    ]),
  ).toContain("1: step 1 comes after 2");
});

test("values that are contiguous in one group may occur again in another", () => {
  const groups = { step: "rises", run: "together" } as const;
  expect(
    firstProblem(groups, [
      ["a", 1],
      ["b", 1],
      ["a", 2],
    ]),
  ).toBeUndefined();
  expect(
    firstProblem(groups, [
      ["a", 1],
      ["b", 1],
      ["a", 1],
    ]),
  ).toContain('2: run "a" has rows that are not contiguous');
});
