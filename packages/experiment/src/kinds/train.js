/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const train = {
  uses: "train",
  package: "train",
  description: "fine-tunes the base model by every plan, once per seed",
  roles: {
    data: { tables: ["dataset"], several: true },
    plan: { tables: ["plan"], several: true },
    rates: { tables: ["learning-rates"], several: true, optional: true },
    probe: { tables: ["circuits"], several: true, optional: true },
    start: { tables: ["checkpoints"], optional: true },
    order: { tables: ["order"], optional: true },
  },
  files: ["order"],
  runs: "own",
  outputs: ["checkpoints", "metrics", "answers", "learning-rates", "order", "speed"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
