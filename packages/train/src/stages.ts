/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { admitAnswers } from "./admit-answers.ts";
import { configSchema } from "./config.ts";
import { estimateGradients, estimateTraining } from "./estimate.ts";
import { gradientsConfig, runGradients } from "./gradients.ts";
import { admitImport, checkImport, importConfig, runImport } from "./import-adapter.ts";
import { admitOrder } from "./order.ts";
import { run } from "./run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.train, {
    config: configSchema,
    run,
    admitOutput(context) {
      admitAnswers(context);
      admitOrder(context);
    },
    estimate: estimateTraining,
  }),
  defineStage(kinds.import, {
    config: importConfig,
    run: runImport,
    checkConfig: checkImport,
    admitOutput: admitImport,
  }),
  defineStage(kinds.gradients, { config: gradientsConfig, run: runGradients, estimate: estimateGradients }),
];
