/** Adapter kinds: what they compute, train, merge and write. */
import { type Area, mutantsOf } from "../mutant.ts";

const folder = "packages/model/src/adapters";
const kinds = `${folder}/kinds`;

export const adapters: Area = {
  name: "adapters",
  tests: [
    folder,
    "test/recipes/adapter-kind",
    "packages/train/src/peft-parity",
    "packages/train/src/train-step",
    "tools/src/cli/export.test",
  ],
  mutants: [
    ...mutantsOf(
      `${kinds}/lora.ts`,
      "lowRank",
      ["ops.matMul(input, a, false, true, scale)", "ops.matMul(input, a, false, true)"],
      ["ops.matMul(dy, b, false, false, scale)", "ops.matMul(dy, b)"],
      [
        "if (!mask) return ops.matMulJoined([dy, dLow], [weight, a]);",
        "if (!mask) return ops.matMul(dy, weight);",
      ],
      ["ops.matMul(dLow, input, true, false)", "ops.matMul(dLow, x, true, false)"],
      ["ops.multiply(ops.matMul(dLow, a), mask)", "ops.matMul(dLow, a)"],
      ["module.name, scaleOf(module)", "module.name, 1"],
    ),
    ...mutantsOf(`${kinds}/rslora.ts`, "rslora", ["alpha / Math.sqrt(rank)", "alpha / rank"]),
    ...mutantsOf(
      `${kinds}/low-rank.ts`,
      "trainedBiases",
      ['(bias === "lora_only" && adapted.has(name))', 'bias === "lora_only"'],
      ['bias === "all" ||', ""],
    ),
    ...mutantsOf(`${kinds}/low-rank.ts`, "lowRankPeft", ["adapted.get(name) ?? name", "name"]),
    ...mutantsOf(
      `${kinds}/dora.ts`,
      "adapt",
      ["(past ?? bias)!", "bias!"],
      ["ops.multiply(dGain, inverse!)", "dGain"],
      ["ops.matMul(dProduct, b, false, false, scale)", "ops.matMul(dy, b, false, false, scale)"],
      ["ops.multiply(ops.subtract(dInput, dPast), mask)", "ops.subtract(dInput, dPast)"],
    ),
    ...mutantsOf(`${kinds}/dora.ts`, "merge", [
      "ops.multiply(v, ops.multiply(m, inverse))",
      "ops.multiply(v, m)",
    ]),
    ...mutantsOf(
      `${kinds}/ia3.ts`,
      "merge",
      ["bias && !isFeedforward(module)", "bias"],
      ["if (bias && !isFeedforward(module))", "if (false)"],
    ),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: code
    ...mutantsOf(`${kinds}/ia3.ts`, "hasName", ["`.${last}`", "last"]),
    ...mutantsOf(
      `${kinds}/adalora.ts`,
      "penalty",
      [
        "ops.scale(ops.multiply(change, inverse), 2 * weight)",
        "ops.scale(ops.multiply(change, inverse), weight)",
      ],
      ["/ (2 * modules.length)", "/ modules.length"],
      ["ops.matMul(t, t, !isA, isA)", "ops.matMul(t, t, isA, !isA)"],
    ),
    ...mutantsOf(`${kinds}/adalora.ts`, "scaleOf", ["rank + 1e-5", "rank"]),
    ...mutantsOf(`${kinds}/adalora.ts`, "keepColumns", [
      "kept[i % kept.length]",
      "kept[Math.floor(i / rows!)]",
    ]),
    ...mutantsOf(`${kinds}/adalora-allocator.ts`, "constructor", [
      "tinit >= this.#final || this.#final < 2",
      "tinit > this.#final",
    ]),
    ...mutantsOf(
      `${kinds}/adalora-allocator.ts`,
      "afterUpdate",
      ["if (step < this.#final)", "if (step <= this.#final)"],
      ["if (step === this.#final) this.#finish(pruned);", ""],
    ),
    ...mutantsOf(
      `${kinds}/adalora-allocator.ts`,
      "budget",
      ["left ** 3", "left ** 2"],
      [
        "step <= tinit",
        "step < tinit",
        "at step tinit the cube is 1, and the formula gives all triplets too",
      ],
      ["&& step !== this.#final", ""],
    ),
    ...mutantsOf(`${kinds}/adalora-allocator.ts`, "measure", [
      "Math.abs(now - importance[i]!)",
      "(now - importance[i]!)",
    ]),
    ...mutantsOf(`${kinds}/adalora-allocator.ts`, "keptTriplets", [
      "score > threshold",
      "score >= threshold",
    ]),
    ...mutantsOf(
      `${kinds}/adalora-allocator.ts`,
      "tripletScores",
      ["row / inputs", "row"],
      ["column / outputs", "column"],
      ["j * rank + i", "i * outputs + j"],
      ["value * uncertainty![i]!", "value"],
    ),
    ...mutantsOf(
      `${folder}/dropout.ts`,
      "seededDropout",
      ["1 / (1 - rate)", "1"],
      ["streams.set(module, random);", ""],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: code
      ["dropout of update ${step},", "dropout of"],
    ),
    ...mutantsOf(`${folder}/trainable.ts`, "createTrainable", ['tensor.kind === "matrix"', "true"]),
    ...mutantsOf("packages/train/src/train-step.ts", "accumulate", [
      "dropout === undefined), dropout",
      "true), dropout",
    ]),
    ...mutantsOf("packages/train/src/train-step.ts", "trainStep", [
      "options && trainable.dropoutAt(options.step)",
      "undefined",
    ]),
    ...mutantsOf("packages/train/src/train-step.ts", "update", [
      "gradient: ops.read(clipped(name))",
      "gradient: ops.read(gradients.get(name)!)",
    ]),
    ...mutantsOf(`${folder}/plans.ts`, "adapterOf", ["settings !== rows[0]!.settings", "false"]),
  ],
};
