/** The decoder's parts and wiring, and adapters. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/model/src";

export const decoder: Area = {
  name: "decoder",
  tests: [
    "packages/model/src/decoder",
    "packages/model/src/adapters",
    "packages/circuits/src/evaluation/run-circuit",
    "packages/circuits/src/pairs",
    "test/recipes",
  ],
  mutants: [
    ...mutantsOf(
      `${folder}/decoder/block.ts`,
      "blockForward",
      ["normalize(ops, norm2, y)", "normalize(ops, norm2, own)"],
      ["applyAffine(ops, norm2, between.xhat)", "applyAffine(ops, norm1, between.xhat)"],
    ),
    ...mutantsOf(
      `${folder}/decoder/block.ts`,
      "sequentialBackward",
      ["ops.add(dOut.past, dThroughMlp)", "dOut.past"],
      ["ops.add(dOwn, normalizeBackward(ops, norm1, normalized, dXhat))", "dOwn"],
    ),
    ...mutantsOf(`${folder}/decoder/block.ts`, "parallelBackward", [
      "affineBackward(ops, norm2, xhat, unpicked(dMlpInput), gradients)",
      "unpicked(dMlpInput)",
    ]),
    ...mutantsOf(`${folder}/decoder/block.ts`, "mlpOnDistinctRows", [
      "!between && !rows.readout",
      "!rows.readout",
    ]),
    ...mutantsOf(`${folder}/decoder/parts/norm.ts`, "affineBackward", [
      "ops.sum(ops.multiply(dy, xhat), [0])",
      "ops.sum(dy, [0])",
    ]),
    ...mutantsOf(`${folder}/decoder/parts/norm.ts`, "normalize", ['kind === "rms"', "false"]),
    ...mutantsOf(`${folder}/decoder/parts/norm.ts`, "normalizeBackward", ['kind === "rms"', "false"]),
    ...mutantsOf(
      `${folder}/decoder/parts/linear.ts`,
      "foldedReader",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: code
      ["ops.multiply(own, load(`${norm}.weight`))", "own"],
      ["has(bias) ? ops.add(added, load(bias)) : added", "added"],
    ),
    ...mutantsOf(`${folder}/decoder/parts/linear.ts`, "foldWriter", [
      "ops.subtract(written, ops.mean(written, [0], true))",
      "written",
    ]),
    ...mutantsOf(
      `${folder}/decoder/load.ts`,
      "loadFoldedDecoder",
      ['config.norm === "layer"', "true"],
      ["centred: centre", "centred: false"],
    ),
    ...mutantsOf(`${folder}/decoder/tree.ts`, "step", [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: code
      '`${parent} ${label.join(" ")}`',
      'label.join(" ")',
    ]),
    ...mutantsOf("packages/circuits/src/pairs/pair-tree.ts", "add", [
      "row === ROOT || this.#shared[row]!",
      "true",
    ]),
    ...mutantsOf("packages/circuits/src/evaluation/run-circuit.ts", "runCircuit", [
      "graph.parallel ? before : attended",
      "before",
    ]),
    ...mutantsOf("packages/circuits/src/evaluation/ablated-state.ts", "corruptedState", [
      "record.between ? rowsOf(ops, mlpInput, CORRUPTED, rows) : readOut(entering)",
      "readOut(entering)",
    ]),
    ...mutantsOf(`${folder}/adapters/adapter.ts`, "mergeAdapter", [
      "if (base.has(name)) merged.set(name, tensor)",
      "merged.set(name, tensor)",
    ]),
    ...mutantsOf(`${folder}/adapters/plans.ts`, "adapterOf", [
      "rows.find((row) => row.kind !== kind)",
      "undefined",
    ]),
  ],
};
