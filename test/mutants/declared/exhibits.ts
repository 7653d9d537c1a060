/** The report's figures and tables. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src/exhibits";

export const exhibits: Area = {
  name: "exhibits",
  tests: [folder, "packages/report/src/format", "packages/report/src/evaluated-circuits"],
  mutants: [
    ...mutantsOf(`${folder}/circuits.ts`, "mainFraction", ["b.steps - a.steps", "a.steps - b.steps"]),
    ...mutantsOf(`${folder}/circuits.ts`, "circuits", [
      "row.fraction === fraction",
      "row.fraction !== fraction",
    ]),
    ...mutantsOf(
      `${folder}/accuracy.ts`,
      "accuracy",
      ["seeds: rows.length", "seeds: 1"],
      ["Math.max(0, low ?? mean)", "low ?? mean"],
    ),
    ...mutantsOf(`${folder}/change.ts`, "change", ["value: nodeChangeRate", "value: edgeChangeRate"]),
    ...mutantsOf(
      `${folder}/drawing.ts`,
      "strongEdges",
      ["< threshold ? 0 : member", "< threshold ? 0 : 1"],
      ["Math.abs(scores[edge]!) < threshold", "scores[edge]! < threshold"],
      ["percentile / 100, Math.abs", "percentile / 100"],
    ),
    ...mutantsOf(
      "packages/report/src/circuits-to-draw.ts",
      "readCircuitsToDraw",
      ["found.findLast(", "found.find("],
      ["scored.step === step && ", ""],
      ["isSameRun(scored, row) && ", ""],
      ["size === choice.size", "true"],
    ),
    ...mutantsOf(
      "packages/report/src/evaluated-circuits.ts",
      "readEvaluatedCircuits",
      ["isOwn(row) && isWhole(row)", "isWhole(row)"],
      ["isOwn(row) && isWhole(row)", "isOwn(row)"],
      ['row.sample !== "all" || ', ""],
    ),
    ...mutantsOf("packages/report/src/evaluated-circuits.ts", "isOwn", ["&& modelStep === step", ""]),
    ...mutantsOf("packages/report/src/evaluated-circuits.ts", "isWhole", ["&& kind === null", ""]),
    ...mutantsOf(`${folder}/loss.ts`, "loss", ["row.step > 0", "row.step >= 0"]),
    ...mutantsOf("packages/report/src/format.ts", "asPercent", [
      "percent.format(value)",
      "percent.format(value / 100)",
    ]),
    ...mutantsOf(`${folder}/circuit-size.ts`, "circuitSize", [
      "row.fraction)).size > 1",
      "row.fraction)).size > 0",
    ]),
    ...mutantsOf("packages/report/src/format.ts", "asPoints", ["100 * value", "value"]),
  ],
};
