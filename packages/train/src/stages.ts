/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { configSchema } from "./config.ts";
import { gradientsConfig, runGradients } from "./gradients.ts";
import { run } from "./run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.train, { config: configSchema, run }),
  defineStage(kinds.gradients, { config: gradientsConfig, run: runGradients }),
];
