/** Intervals and tests of paired differences. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/statistics/src";

export const statistics: Area = {
  name: "statistics",
  tests: [folder],
  mutants: [
    ...mutantsOf(
      `${folder}/interval.ts`,
      "meanInterval",
      ["n < 2", "n < 3"],
      ["standardError(values), n - 1", "standardError(values), n"],
    ),
    ...mutantsOf(`${folder}/interval.ts`, "variance", ["(values.length - 1)", "values.length"]),
    ...mutantsOf(`${folder}/interval.ts`, "studentInterval", ["(1 + level) / 2", "level"]),
    ...mutantsOf(`${folder}/interval.ts`, "sampleQuantile", ["p * (sorted.length - 1)", "p * sorted.length"]),
    ...mutantsOf(
      `${folder}/paired.ts`,
      "differences",
      ["value - b.get(key)!", "b.get(key)! - value"],
      [".filter(([key]) => b.has(key))", ""],
    ),
    ...mutantsOf(`${folder}/paired.ts`, "pairedTest", ["paired.length - 1", "paired.length"]),
    ...mutantsOf(
      `${folder}/paired.ts`,
      "equivalenceTest",
      ["center + margin", "margin"],
      ["margin - center", "margin"],
      ["Math.max(below, above)", "Math.min(below, above)"],
      ["1 - 2 * level", "1 - level"],
      ["p < level", "p < 2 * level"],
    ),
    ...mutantsOf(
      `${folder}/paired.ts`,
      "holm",
      ["values.length - k", "values.length"],
      ["Math.max(largest, Math.min(1,", "Math.max(0, Math.min(1,"],
      ["Math.min(1, (values.length - k) * values[test]!)", "(values.length - k) * values[test]!"],
      ["values[a]! - values[b]!", "values[b]! - values[a]!"],
    ),
    ...mutantsOf(
      `${folder}/student.ts`,
      "studentTest",
      ["estimate === 0 ? 0 : ", ""],
      ["2 * studentTail(Math.abs(t)", "studentTail(Math.abs(t)"],
      ["Math.abs(t)", "t"],
    ),
    ...mutantsOf(`${folder}/student.ts`, "studentTail", ["t < 0 ? 1 - tail : tail", "tail"]),
    ...mutantsOf(
      `${folder}/sign-flip.ts`,
      "signFlipTest",
      ["(1 + hits) / (1 + sampled.draws)", "hits / sampled.draws"],
      ["- tie", ""],
      ["sum : Math.abs(sum)", "sum : sum"],
      ["2 ** paired.length", "(2 ** paired.length - 1)"],
      ["paired.length > MOST_ENUMERATED", "paired.length >= MOST_ENUMERATED"],
    ),
    ...mutantsOf(
      `${folder}/crossed.ts`,
      "bootstrapVariance",
      ["columns / C", "columns / R"],
      [" + interaction / (R * C)", ""],
    ),
    ...mutantsOf(`${folder}/crossed.ts`, "parts", ["- columns[c]! + all", "- columns[c]!"]),
    ...mutantsOf(
      `${folder}/crossed.ts`,
      "crossedMean",
      ["rows / (R - 1)", "rows / R"],
      ["- shared", ""],
      ["Math.max(0, overExamples - shared)", "(overExamples - shared)"],
      ["Math.min(R, C) - 1", "R - 1"],
    ),
    ...mutantsOf(`${folder}/crossed.ts`, "bootstrapMeans", [
      "drawn(R), drawn(C)",
      "drawn(R), [...Array(C).keys()]",
    ]),
    ...mutantsOf(
      `${folder}/pool.ts`,
      "poolTasks",
      ["Math.sqrt(total) / tasks.length", "Math.sqrt(total / tasks.length)"],
      ["tasks[i]!.length - 1", "tasks[i]!.length"],
      ["(heterogeneity - dof) / scale", "heterogeneity / scale"],
      ["1 / (value + between)", "1 / value"],
    ),
    ...mutantsOf(`${folder}/power.ts`, "pairedPower", ["Math.sqrt(n)", "n"], ["1 - level / 2", "1 - level"]),
    ...mutantsOf(`${folder}/power.ts`, "pairsNeeded", ["enough - few > 1", "enough - few > 2"]),
    ...mutantsOf(`${folder}/correlation.ts`, "ranks", ["(equal + 1) / 2", "equal"]),
    ...mutantsOf(
      `${folder}/correlation.ts`,
      "spearman",
      ["x.length - others.length", "x.length"],
      ["1 + rho ** 2 / 2", "1"],
      ["n - 3", "n - 2"],
    ),
    ...mutantsOf(`${folder}/correlation.ts`, "partial", ["xy - xo * yo", "xy"]),
  ],
};
