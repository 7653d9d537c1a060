/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const attribute = {
  uses: "attribute",
  package: "circuits",
  description: "scores every edge of the model's graph at the checkpoints of every run",
  roles: {
    data: { tables: ["dataset"], several: true },
    plan: { tables: ["plan"], several: true },
    train: { tables: ["checkpoints"] },
  },
  runs: "train",
  outputs: ["scores"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
