/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const lora = {
  uses: "lora",
  package: "lora",
  description: "plans which module gets which adapter, from nothing or from circuits",
  roles: { circuits: { tables: ["circuits", "changes"], optional: true } },
  runs: "circuits",
  outputs: ["plan"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};
