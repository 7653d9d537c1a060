/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const lora = {
  uses: "lora",
  package: "lora",
  description:
    "plans which module gets which adapter, from nothing, circuits, gradients or a probe's weights",
  roles: {
    circuits: { tables: ["circuits", "changes"], optional: true },
    gradients: { tables: ["gradients"], optional: true },
    plan: { tables: ["plan"], optional: true },
    train: { tables: ["checkpoints"], optional: true },
  },
  runs: "circuits",
  outputs: ["plan"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};
