/** The kinds of stages in this package. */

import { defineStage, kinds } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

export const stages = [defineStage(kinds.report, { config: configSchema, run })];
