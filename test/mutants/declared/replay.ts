/** Runs that begin at given checkpoints and in a given order, and adapters that are imported. */
import { type Area, mutantsOf } from "../mutant.ts";

const train = "packages/train/src";
const adapters = "packages/model/src/adapters";

export const replay: Area = {
  name: "replay",
  tests: [
    `${train}/order`,
    `${train}/replay`,
    `${train}/import-adapter`,
    `${adapters}/checkpoints`,
    `${adapters}/describe-adapter`,
    "packages/report/src/comparison",
  ],
  mutants: [
    ...mutantsOf(`${train}/order.ts`, "orderRows", ["step: ++step", "step: step++"]),
    ...mutantsOf(
      `${train}/order.ts`,
      "givenOrder",
      ["own.length !== updates", "own.length < updates"],
      ["examples.length > batch", "examples.length >= batch"],
      ["row.seed === seed", "row.seed !== seed"],
      ["bySeed.get(seed)!.slice(from)", "bySeed.get(seed)!"],
    ),
    ...mutantsOf(`${train}/order.ts`, "checkDataset", [
      "datasets(inputs).every((hash) => theirs.includes(hash))",
      "true",
    ]),
    ...mutantsOf(`${train}/order.ts`, "admitOrder", ['split === "train"', "true"]),
    ...mutantsOf(
      `${train}/start.ts`,
      "openStart",
      ["own.at(-1)!", "own[0]!"],
      ["manifest.inputs.model !== provenance.inputs.model", "false"],
      [
        "identity: { checkpoints: manifest.sha256, checkpoint }",
        "identity: { checkpoints: manifest.sha256 }",
      ],
    ),
    ...mutantsOf(`${train}/start.ts`, "runLike", ["if (same.length > 0) left = same;", "left = same;"]),
    ...mutantsOf(`${train}/start.ts`, "plansOf", ["planned.filter(isRead)", "planned"]),
    ...mutantsOf(`${train}/start.ts`, "checkPlan", ["if (difference === undefined) return;", "return;"]),
    ...mutantsOf(`${train}/run.ts`, "runFolder", ["{ ...run, start, order,", "{ ...run,"]),
    ...mutantsOf(`${train}/run.ts`, "seedsOfRuns", ["comparesRates ? selectionSeeds(config) : []", "[]"]),
    ...mutantsOf(`${train}/import-adapter.ts`, "writeImportedAdapter", [
      "[updates]: trained",
      "[updates + 1]: trained",
    ]),
    ...mutantsOf(`${train}/import-adapter.ts`, "admitImport", [
      "checkpointAdapter(base, plans, checkpoint)",
      "checkpoint",
    ]),
    ...mutantsOf(
      `${adapters}/describe-adapter.ts`,
      "adapterDifference",
      ["found.kind !== wanted.kind", "false"],
      ["others.delete(module.name);", ""],
      ["...before.keys(), ...now.keys()", "...before.keys()"],
    ),
    ...mutantsOf(`${adapters}/checkpoints.ts`, "checkpointAdapter", [
      "found && sameShape(found.shape, shape)",
      "found",
    ]),
    ...mutantsOf("packages/report/src/comparison.ts", "baseRows", ["!beganElsewhere", "true"]),
  ],
};
