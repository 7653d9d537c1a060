/** Critical layers and the ranks of modules. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/lora/src";

export const plans: Area = {
  name: "plans",
  tests: ["packages/lora/src", "packages/graph/src/layers", "packages/model/src/adapters/count-parameters"],
  mutants: [
    ...mutantsOf(
      "packages/graph/src/layers/critical-layers.ts",
      "defaultCritical",
      ["Math.round((5 / 24) * layers)", "Math.ceil((5 / 24) * layers)"],
      ["Math.max(1,", "Math.max(0,"],
    ),
    ...mutantsOf(
      "packages/graph/src/layers/critical-layers.ts",
      "criticalLayers",
      ["change >= mean + Math.sqrt(variance)", "change >= mean"],
      ["change >= mean + Math.sqrt(variance)", "change > mean + Math.sqrt(variance)"],
      ["(change - mean) ** 2, 0) / ranking.length", "(change - mean) ** 2, 0) / (ranking.length - 1)"],
    ),
    ...mutantsOf("packages/graph/src/layers/critical-layers.ts", "checkCritical", [
      "critical <= layers",
      "critical <= layers + 1",
    ]),
    ...mutantsOf(`${folder}/plans/budget.ts`, "budget", [
      "ordinaryRank * (layers - critical)",
      "ordinaryRank * layers",
    ]),
    ...mutantsOf(`${folder}/plans/budget.ts`, "spread", [
      "Math.floor(((layer + 1) * total) / layers)",
      "Math.ceil(((layer + 1) * total) / layers)",
    ]),
    ...mutantsOf(`${folder}/plans/circuit.ts`, "circuit", [
      "critical.has(layer) ? 1 : 0",
      "critical.has(layer) ? 0 : 1",
    ]),
    ...mutantsOf(`${folder}/plans/circuit.ts`, "circuit", [
      "layerSums(options.rule, options.probe)",
      'layerSums("source", options.probe)',
    ]),
    ...mutantsOf(
      `${folder}/plans/random.ts`,
      "rows",
      ["drawn.has(layer) ? 1 : 0", "layer < count ? 1 : 0"],
      ["seededRandom(experimentSeed,", "seededRandom(seed,"],
      ["draw: seed, seed", "draw: 1, seed"],
    ),
    ...mutantsOf(`${folder}/plans/plan-method.ts`, "adapterRows", ["scale * rank", "scale"]),
    ...mutantsOf(`${folder}/layer-rows.ts`, "layerRows", ["order: i + 1", "order: i"]),
    ...mutantsOf("packages/model/src/adapters/kinds/low-rank.ts", "startLowRank", [
      "shape: [outputs, rank]",
      "shape: [rank, rank]",
    ]),
    ...mutantsOf("packages/model/src/adapters/count-parameters.ts", "parameterRatio", [
      "countElements(base) + countElements(added)",
      "countElements(base)",
    ]),
  ],
};
