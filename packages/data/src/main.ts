import { datasetSchema, stageMain } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

await stageMain({ uses: "data", configSchema, inputs: {}, outputs: [datasetSchema], run });
