/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const evaluate = {
  uses: "evaluate",
  package: "circuits",
  description: "runs circuits with every other edge ablated, and compares them with the whole model",
  roles: {
    circuits: { tables: ["circuits"], optional: true },
    data: { tables: ["dataset"], several: true },
    plan: { tables: ["plan"], several: true },
    train: { tables: ["checkpoints"] },
  },
  runs: "train",
  files: ["files"],
  outputs: ["evaluation"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
