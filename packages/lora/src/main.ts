import { edgesSchema, planSchema, stageMain } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

await stageMain({
  uses: "lora",
  configSchema,
  inputs: { circuits: { tables: [edgesSchema], optional: true } },
  outputs: [planSchema],
  run,
});
