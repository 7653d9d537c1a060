/** The kinds of stages in this package. */

import { defineStage, kinds } from "@ft/artifacts";
import { admitOutput } from "./admit-output.ts";
import { configSchema } from "./config.ts";
import { run } from "./run.ts";

export const stages = [defineStage(kinds.data, { config: configSchema, run, admitOutput })];
