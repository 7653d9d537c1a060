/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { admitOutput } from "./admit-output.ts";
import { configSchema } from "./config.ts";
import { estimate } from "./estimate.ts";
import { run } from "./run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.data, { config: configSchema, run, admitOutput, estimate }),
];
