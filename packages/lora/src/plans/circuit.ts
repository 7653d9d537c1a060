/**
 * CircuitLoRA, the paper's: a higher rank where the circuit's edges changed most; and its control, where they changed
 * least. From the circuits of a union stage, it is the paper's CircuitLoRA for compositions.
 */

import { layerRules } from "@ft/artifacts";
import { criticalLayers } from "@ft/graph";
import { z } from "zod";
import { chooseBy, countCritical, criticalCount, criticalOptions, criticalRows } from "./critical.ts";
import { planMethod } from "./plan-method.ts";

const changeOptions = {
  rule: z.enum(layerRules).default("source").describe("the layer that an edge's change counts for"),
  probe: z
    .string()
    .optional()
    .describe("the plan whose runs' circuits are used; needed if there are circuits of several plans"),
};

export const circuit = planMethod({
  options: z.strictObject({
    method: z.literal("circuit"),
    ...criticalOptions,
    ...changeOptions,
    critical: z
      .union([criticalCount, z.literal("mean-plus-sd")])
      .optional()
      .describe(
        'critical layers: a number (default 5 of 24, scaled to the depth), or "mean-plus-sd": those whose sum reaches the mean plus one standard deviation',
      ),
  }),
  rows(options, context) {
    const measure = context.edgeChanges(options.rule, options.probe);
    const choice = chooseBy("edge change", measure, (sums) => criticalLayers(sums, options.critical));
    return criticalRows(context, options, { ...choice, edgeChange: measure.mean });
  },
});

export const leastChanged = planMethod({
  options: z.strictObject({ method: z.literal("least-changed"), ...criticalOptions, ...changeOptions }),
  rows(options, context) {
    const count = countCritical(options, context);
    const measure = context.edgeChanges(options.rule, options.probe);
    const least = { ...measure, mean: negate(measure.mean), runs: measure.runs.map(negate) };
    const choice = chooseBy("least edge change", least, (sums) => criticalLayers(sums, count));
    return criticalRows(context, options, choice);
  },
});

function negate(sums: Float64Array): Float64Array {
  return sums.map((sum) => -sum);
}
