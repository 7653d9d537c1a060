/** What the report says of the paper's claims, and the statistics that it rests on. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src";

export const findings: Area = {
  name: "findings",
  tests: ["packages/report/src"],
  mutants: [
    ...mutantsOf(
      `${folder}/findings/improvement.ts`,
      "improvement",
      ["gain.low! >= LEAST_GAIN", "gain.mean >= LEAST_GAIN"],
      ["gain.high! < LEAST_GAIN", "gain.low! < LEAST_GAIN"],
      ["base <= majority + CHANCE_MARGIN", "base <= 1"],
    ),
    ...mutantsOf(
      `${folder}/findings/faithful.ts`,
      "faithful",
      ["row.faithfulness >= value", "row.faithfulness > 100"],
      ["circuit < model / 2", "circuit < 0"],
      ["circuitMetric - modelMetric)) > 0", "circuitMetric - modelMetric)) < 0"],
      ["worst < LEAST", "best < LEAST"],
    ),
    ...mutantsOf(
      `${folder}/findings/change.ts`,
      "edgesOverNodes",
      ["edges <= nodes", "edges < 0"],
      ["[nodesBefore, nodesAfter]", "[nodesAfter]"],
    ),
    ...mutantsOf(
      `${folder}/findings/rank.ts`,
      "judgeRank",
      ["gain.mean >= LEAST_GAIN && gain.low! > 0", "gain.mean >= LEAST_GAIN"],
      ["differences(large, small)", "differences(small, large)"],
    ),
    ...mutantsOf(
      `${folder}/findings/gain.ts`,
      "judge",
      ["p < LEVEL", "p < 1"],
      ["high! <= 0 || equal", "high! <= 0"],
      ['rank.verdict !== "shown"', "false"],
    ),
    ...mutantsOf(`${folder}/findings/gain.ts`, "isEquivalent", ["low! > -EQUIVALENCE_MARGIN && ", ""]),
    ...mutantsOf(
      `${folder}/statistics/holm.ts`,
      "holm",
      ["values.length - k", "values.length"],
      ["Math.max(largest, Math.min(1,", "Math.max(0, Math.min(1,"],
    ),
    ...mutantsOf(`${folder}/statistics/interval.ts`, "pairedTest", ["2 * (1 -", "(1 -"]),
    ...mutantsOf(`${folder}/learning-rate-edges.ts`, "edgeRates", [
      "rate !== lowest && rate !== highest",
      "rate !== highest",
    ]),
  ],
};
