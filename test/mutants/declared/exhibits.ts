/** What the report's figures and tables show. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/report/src/exhibits";

export const exhibits: Area = {
  name: "exhibits",
  tests: [folder, "packages/report/src/format"],
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
      ["!inCircuit || Math.abs(score) < threshold", "Math.abs(score) < threshold"],
      ["Math.abs(score) < threshold", "score < threshold"],
      ["percentile / 100", "percentile"],
      ["(edges.get(name)?.score ?? 0) + score", "score"],
    ),
    ...mutantsOf(`${folder}/drawing.ts`, "compare", ['!old ? "added"', '!now ? "added"']),
    ...mutantsOf(`${folder}/drawing.ts`, "drawing", ["step === last", "step === first"]),
    ...mutantsOf(`${folder}/loss.ts`, "loss", ["row.step > 0", "row.step >= 0"]),
    ...mutantsOf("packages/report/src/format.ts", "asPercent", ["100 * value", "value"]),
    ...mutantsOf(`${folder}/circuit-size.ts`, "circuitSize", [
      "row.fraction)).size > 1",
      "row.fraction)).size > 0",
    ]),
    ...mutantsOf("packages/report/src/format.ts", "asPoints", ['value >= 0 ? "+" : ""', '""']),
    ...mutantsOf(
      "packages/report/src/figures/circuit-layout.ts",
      "placeNode",
      ["x: heads + 0.5, y: 1 + place.layer", "x: heads + 0.5, y: place.layer"],
      ["layers + 1 : 0", "0 : layers + 1"],
    ),
  ],
};
