// @ts-check
/** The kinds of stage there are: what Nx and a batch scheduler need to know of each. A kind is a package of that name. */

/** @import { StageKind } from "./types.d.ts" */

/** @type {Readonly<Record<string, StageKind>>} */
export const stageKinds = {
  data: { parallelism: true, resources: { cores: 1, memoryGiB: 1 } },
  lora: { parallelism: true, resources: { cores: 1, memoryGiB: 1 } },
  train: { parallelism: false, resources: { cores: "all", memoryGiB: 4 } },
  circuits: { parallelism: false, resources: { cores: "all", memoryGiB: 4 } },
  report: { parallelism: true, readsManifests: true, resources: { cores: 1, memoryGiB: 2 } },
};
