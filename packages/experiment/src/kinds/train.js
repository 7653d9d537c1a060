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
  },
  runs: "own",
  outputs: ["checkpoints", "metrics", "answers", "learning-rates", "speed"],
  parallelism: false,
  resources: { cores: "all", memoryGiB: 4 },
};
