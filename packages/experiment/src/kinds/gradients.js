/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const gradients = {
  uses: "gradients",
  package: "train",
  description: "computes the norm of the base model's loss gradient for every linear",
  roles: { data: { tables: ["dataset"], several: true } },
  outputs: ["gradients"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
