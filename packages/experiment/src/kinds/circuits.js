/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const circuits = {
  uses: "circuits",
  package: "circuits",
  description: "selects the circuit of every checkpoint by its scores, and compares it with those before",
  roles: { scores: { tables: ["scores"] } },
  runs: "scores",
  outputs: ["circuits", "changes", "comparisons"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};
