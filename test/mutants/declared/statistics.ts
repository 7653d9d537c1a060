/** Means, intervals and the comparison of methods. */
import { type Area, mutantsOf } from "../mutant.ts";

export const statistics: Area = {
  name: "statistics",
  tests: ["packages/report/src/statistics", "packages/report/src/comparison"],
  mutants: [
    ...mutantsOf(
      "packages/report/src/statistics/interval.ts",
      "meanInterval",
      ["** 2, 0) / (n - 1)", "** 2, 0) / n"],
      ["(1 + level) / 2", "level"],
      ["Math.sqrt(variance / n)", "Math.sqrt(variance)"],
      ["n < 2", "n < 3"],
      ["(1 + level) / 2, n - 1", "(1 + level) / 2, n"],
    ),
    ...mutantsOf(
      "packages/report/src/statistics/interval.ts",
      "differences",
      ["value - b.get(key)!", "b.get(key)! - value"],
      [".filter(([key]) => b.has(key))", ""],
    ),
    ...mutantsOf("packages/report/src/comparison.ts", "finalAccuracies", [
      "greatest(own, ({ step }) => step)",
      "greatest(own, ({ step }) => -step)",
    ]),
    ...mutantsOf("packages/report/src/comparison.ts", "finalAccuracies", [
      "group(rows, ({ draw }) => draw)",
      "group(rows, () => 0)",
    ]),
    ...mutantsOf("packages/report/src/comparison.ts", "summarize", [
      "pairedDifference(values, reference)",
      "pairedDifference(reference, values)",
    ]),
    ...mutantsOf("packages/report/src/comparison.ts", "circuitAwareRun", [
      "edgeChange !== null",
      "edgeChange === null",
    ]),
    ...mutantsOf("packages/report/src/comparison.ts", "modulesOf", ["seed === rows[0]!.seed", "true"]),
  ],
};
