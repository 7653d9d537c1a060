import { checkpointsSchema, datasetSchema, planSchema, stageMain } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { outputs } from "./outputs.ts";
import { run } from "./run.ts";

await stageMain({
  uses: "circuits",
  configSchema,
  inputs: {
    data: { tables: [datasetSchema] },
    plan: { tables: [planSchema] },
    train: { tables: [checkpointsSchema] },
  },
  outputs,
  run,
});
