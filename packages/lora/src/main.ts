import { edgesSchema, stageMain } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { outputs } from "./outputs.ts";
import { run } from "./run.ts";

await stageMain({
  uses: "lora",
  configSchema,
  inputs: { circuits: { tables: [edgesSchema], optional: true } },
  outputs,
  run,
});
