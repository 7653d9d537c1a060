/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { admitAnswers } from "./admit-answers.ts";
import { configSchema } from "./config.ts";
import { estimateGradients, estimateTraining } from "./estimate.ts";
import { gradientsConfig, runGradients } from "./gradients.ts";
import { run } from "./run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.train, {
    config: configSchema,
    run,
    admitOutput: admitAnswers,
    estimate: estimateTraining,
  }),
  defineStage(kinds.gradients, { config: gradientsConfig, run: runGradients, estimate: estimateGradients }),
];
