import {
  changesSchema,
  checkpointsSchema,
  circuitsSchema,
  datasetSchema,
  edgesSchema,
  planSchema,
  stageMain,
} from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

await stageMain({
  uses: "circuits",
  configSchema,
  inputs: {
    data: { tables: [datasetSchema] },
    plan: { tables: [planSchema] },
    train: { tables: [checkpointsSchema] },
  },
  outputs: [edgesSchema, circuitsSchema, changesSchema],
  run,
});
