/** The kinds of stages in this package. */

import { type AnyStage, defineStage, kinds } from "@ft/artifacts";
import { loadModelConfig, readPlans } from "@ft/model";
import { checkConfig } from "./check-config.ts";
import { configSchema } from "./config.ts";
import { estimate } from "./estimate.ts";
import { run } from "./run.ts";

export const stages: readonly AnyStage[] = [
  defineStage(kinds.lora, {
    config: configSchema,
    run,
    checkConfig,
    estimate,
    /** Checks that the model can carry out every plan, for every seed that it names. */
    async admitOutput({ output, model }) {
      for (const plan of readPlans([output], await loadModelConfig(model)))
        for (const seed of plan.seeds ?? [0]) plan.adapter(seed);
    },
  }),
];
