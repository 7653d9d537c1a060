/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const union = {
  uses: "union",
  package: "circuits",
  description: "unites the circuits of a composed task's parts, before and after fine-tuning",
  roles: {
    circuits: { tables: ["circuits"], several: true },
    whole: { tables: ["circuits"], optional: true },
  },
  runs: "whole",
  outputs: ["circuits", "changes"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};
