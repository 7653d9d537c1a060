/** What a computation takes before it runs, and the batches that fit into memory. */
import { type Area, mutantsOf } from "../mutant.ts";

const memory = "packages/artifacts/src/stage/memory.ts";
const shapes = "packages/backend/src/shape-ops.ts";
const counts = "packages/backend/src/open-shapes.ts";
const training = "packages/train/src/fit-memory.ts";
const circuits = "packages/circuits/src/fit-memory.ts";

export const budget: Area = {
  name: "budget",
  tests: [
    "packages/artifacts/src/stage/memory",
    "packages/backend/src/open-shapes",
    "packages/train/src/fit-memory",
    "packages/circuits/src/fit-memory",
  ],
  mutants: [
    ...mutantsOf(
      memory,
      "memoryBudget",
      ["if (given)", "if (false)"],
      ["DEFAULT_SHARE * Math.min(totalmem(), limit)", "DEFAULT_SHARE * totalmem()"],
    ),
    ...mutantsOf(memory, "parseMemory", ["unit?.toLowerCase()", "unit"]),
    ...mutantsOf(
      shapes,
      "slice",
      ["axis === 0 || wanted === t.shape[axis]", "wanted === t.shape[axis]"],
      ["axis === 0 || wanted === t.shape[axis]", "true"],
    ),
    ...mutantsOf(shapes, "parameter", ["this.#hold(shape, 2)", "this.#hold(shape)"]),
    ...mutantsOf(counts, "restart", ["shapes.peakBytes = shapes.heldBytes", "shapes.peakBytes = 0"]),
    ...mutantsOf(
      training,
      "trainingWork",
      ["Math.max(update.bytes, scored.bytes, trained)", "Math.max(update.bytes, scored.bytes)"],
      ["held - trained", "held"],
    ),
    ...mutantsOf(
      training,
      "fitAdapter",
      ["bytes <= budget", "true"],
      ["!least || bytes < totalBytes(least.memory)", "true"],
    ),
    ...mutantsOf(training, "remediesFor", ['kind === "full"', "false"]),
    ...mutantsOf(training, "largestOf", [
      "parameters > (largest.get(adapter.kind)?.parameters ?? -1)",
      "parameters < (largest.get(adapter.kind)?.parameters ?? Number.POSITIVE_INFINITY)",
    ]),
    ...mutantsOf(
      circuits,
      "fit",
      ["fits(costs(preset))", "true"],
      ["while (!fits(costs(treeBytes))) treeBytes /= 2;", ""],
    ),
    ...mutantsOf(circuits, "measure", ["adapter ? mergeAdapter", "!adapter ? mergeAdapter"]),
  ],
};
