/** Higher ranks where the weights matter most without any circuit: by the base model's gradient, or by a probe's change. */

import { criticalLayers } from "@ft/graph";
import { z } from "zod";
import { chooseBy, countCritical, criticalOptions, criticalRows } from "./critical.ts";
import { planMethod } from "./plan-method.ts";

/** The layers whose weights have the loss gradient of the largest norm in the base model. */
export const gradientNorm = planMethod({
  options: z.strictObject({ method: z.literal("gradient-norm"), ...criticalOptions }),
  rows(options, context) {
    const count = countCritical(options, context);
    const measure = context.gradientNorms(options.modules ?? context.modules);
    const choice = chooseBy("norm of the gradient", measure, (norms) => criticalLayers(norms, count));
    return criticalRows(context, options, choice);
  },
});

/** The layers whose weights a probe changed most, by the norm of the merged update. */
export const weightChange = planMethod({
  options: z.strictObject({
    method: z.literal("weight-change"),
    ...criticalOptions,
    probe: z
      .string()
      .optional()
      .describe("the plan whose runs are used; needed if there are checkpoints of several plans"),
  }),
  rows(options, context) {
    const count = countCritical(options, context);
    const measure = context.weightChanges(options.modules ?? context.modules, options.probe);
    const choice = chooseBy("change of weights", measure, (norms) => criticalLayers(norms, count));
    return criticalRows(context, options, choice);
  },
});
