/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const report = {
  uses: "report",
  package: "report",
  description: "draws figures and a page, and judges the paper's claims",
  roles: {
    data: { tables: ["dataset"], several: true },
    plan: { tables: ["plan"], optional: true, several: true },
    train: { tables: ["metrics"], optional: true, several: true },
    scores: { tables: ["scores"], optional: true },
    circuits: { tables: ["circuits", "changes"], optional: true },
    comparisons: { tables: ["comparisons"], optional: true, several: true },
    evaluation: { tables: ["evaluation"], optional: true, several: true },
  },
  outputs: ["summary", "baselines"],
  parallelism: true,
  readsManifests: true,
  resources: { cores: 1, memoryGiB: 2 },
};
