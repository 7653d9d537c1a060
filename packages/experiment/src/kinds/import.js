/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const importKind = {
  uses: "import",
  package: "train",
  description: "reads an adapter that PEFT trained, as a plan and as a run with two checkpoints",
  roles: {},
  folders: ["adapter"],
  runs: "own",
  outputs: ["checkpoints", "plan"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 2 },
};
