/** The kinds of stages in this package. */

import { defineStage, kinds } from "@ft/artifacts";
import { checkConfig } from "./check-config.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

export const stages = [defineStage(kinds.lora, { config: configSchema, run, checkConfig })];
