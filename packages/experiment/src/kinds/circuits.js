/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const circuits = {
  uses: "circuits",
  package: "circuits",
  description: "finds the circuit of every checkpoint, evaluates it, and compares it with those before",
  roles: {
    data: { tables: ["dataset"], several: true },
    plan: { tables: ["plan"], several: true },
    train: { tables: ["checkpoints"], several: true },
  },
  outputs: ["edges", "circuits", "changes"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
