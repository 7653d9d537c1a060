import {
  checkpointsSchema,
  datasetSchema,
  learningRatesSchema,
  metricsSchema,
  planSchema,
  speedSchema,
  stageMain,
} from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

await stageMain({
  uses: "train",
  configSchema,
  inputs: { data: { tables: [datasetSchema] }, plan: { tables: [planSchema] } },
  outputs: [checkpointsSchema, metricsSchema, learningRatesSchema, speedSchema],
  run,
});
