/** Critical layers and the ranks of modules. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/lora/src";

export const plans: Area = {
  name: "plans",
  tests: [
    "packages/lora/src",
    "packages/graph/src/layers",
    "packages/model/src/adapters/count-parameters",
    "packages/model/src/adapters/change-norms",
    "packages/train/src/probe-updates",
    "packages/train/src/schedule",
    "packages/train/src/gradients",
  ],
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
      "edgeChanges(options.rule, options.probe)",
      'edgeChanges("source", options.probe)',
    ]),
    ...mutantsOf(`${folder}/plans/circuit.ts`, "leastChanged", ["measure.runs.map(negate)", "measure.runs"]),
    ...mutantsOf(`${folder}/plans/circuit.ts`, "negate", ["-sum", "sum"]),
    ...mutantsOf(
      `${folder}/plans/critical.ts`,
      "criticalRows",
      ["chosen.has(layer) ? 1 : 0", "chosen.has(layer) ? 0 : 1"],
      ["edgeChange?.[layer] ?? null", "null"],
    ),
    ...mutantsOf(
      `${folder}/plans/critical.ts`,
      "chooseBy",
      ["critical: choose(mean)", "critical: choose(runs[0] ?? mean)"],
      ["places.indexOf(layer) + 1", "places.indexOf(layer)"],
      ["runs.map(choose)", "runs.map(() => choose(mean))"],
    ),
    ...mutantsOf(`${folder}/plans/depth.ts`, "lastLayers", [
      "context.layers - 1 - i",
      "context.layers - 2 - i",
    ]),
    ...mutantsOf(
      `${folder}/plans/depth.ts`,
      "placement",
      ["draw: critical + 1", "draw: 1"],
      ["critical: [critical]", "critical: [0]"],
    ),
    ...mutantsOf(
      `${folder}/plans/random.ts`,
      "rows",
      ["random.sample(all, count)", "all.slice(0, count)"],
      ["seededRandom(context.seed,", "seededRandom(run.draw,"],
      ["draw: seed, seed", "draw: 1, seed"],
      ["draw: i + 1, seed: null", "draw: i + 1, seed: i + 1"],
    ),
    ...mutantsOf(`${folder}/layer-norms.ts`, "byLayer", ["Math.hypot(...modules", "Math.max(...modules"]),
    ...mutantsOf(`${folder}/layer-norms.ts`, "weightChanges", ["own.at(-1)!", "own[0]!"]),
    ...mutantsOf(
      `${folder}/run-changes.ts`,
      "measureOf",
      ["byLayer[layer]!, 0) / runs.length", "byLayer[layer]!, 0)"],
      ["sum + updates, 0)", "updates, 0)"],
    ),
    ...mutantsOf(`${folder}/run-changes.ts`, "readRunChanges", ["last.step - first.step", "last.step + 1"]),
    ...mutantsOf(
      "packages/model/src/adapters/kinds/change-norm.ts",
      "productNorm",
      ["i === j ? 1 : 2", "1"],
      ["left[out * rank + i]! * left[out * rank + j]!", "left[out * rank + i]! ** 2"],
      ["right[i * inputs + k]! * right[j * inputs + k]!", "right[i * inputs + k]! ** 2"],
    ),
    ...mutantsOf("packages/model/src/adapters/kinds/lora.ts", "changeNorm", ["scaleOf(module) * ", ""]),
    ...mutantsOf(
      "packages/train/src/probe-updates.ts",
      "findingUpdates",
      ["2 * runs.length * examples", "runs.length * examples"],
      ["trained + (2", "(2"],
    ),
    ...mutantsOf(
      "packages/train/src/probe-updates.ts",
      "probeUpdates",
      ["sum + updates", "updates"],
      ["Math.ceil(", "Math.floor("],
    ),
    ...mutantsOf(
      "packages/train/src/schedule.ts",
      "runLength",
      ["epochs + extra", "epochs"],
      ["updateShare * schedule", "updateShare * (schedule - extra)"],
      ["Math.max(1,", "Math.max(0,"],
    ),
    ...mutantsOf("packages/train/src/gradients.ts", "runGradients", [
      "split === config.split",
      'split === "train"',
    ]),
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
