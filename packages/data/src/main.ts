import { stageMain } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { outputs } from "./outputs.ts";
import { run } from "./run.ts";

await stageMain({ uses: "data", configSchema, inputs: {}, outputs, run });
