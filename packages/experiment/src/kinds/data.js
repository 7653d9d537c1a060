/** @import { StageKind } from "./kind.js" */

/** @type {StageKind} */
export const data = {
  uses: "data",
  package: "data",
  description: "draws or imports pairs of prompts and tokenizes them",
  roles: {},
  files: ["import.all", "import.circuit", "import.validation", "import.train", "import.test"],
  outputs: ["dataset"],
  parallelism: true,
  resources: { cores: 1, memoryGiB: 1 },
};
