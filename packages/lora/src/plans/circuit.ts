/** CircuitLoRA, the paper's: a higher rank where the circuit's edges changed most. */

import { layerRules } from "@ft/artifacts";
import { criticalLayers, rankLayers } from "@ft/graph";
import { z } from "zod";
import { adapterOptions, adapterRows, criticalCount, planMethod, ranksOption } from "./plan-method.ts";

export const circuit = planMethod({
  options: z.strictObject({
    method: z.literal("circuit"),
    ...adapterOptions,
    ranks: ranksOption,
    critical: z
      .union([criticalCount, z.literal("mean-plus-sd")])
      .optional()
      .describe(
        'critical layers: a number (default 5 of 24, scaled to the depth), or "mean-plus-sd": those whose sum reaches the mean plus one standard deviation',
      ),
    rule: z.enum(layerRules).default("source").describe("the layer that an edge's change counts for"),
    probe: z
      .string()
      .optional()
      .describe("the plan whose runs' circuits are used; needed if there are circuits of several plans"),
  }),
  rows(options, context) {
    const { layers, layerSums } = context;
    const sums = layerSums(options.rule, options.probe);
    const critical = new Set(criticalLayers(sums, options.critical));
    const ranking = rankLayers(sums);
    const byLayer = ranking.map(({ layer, change }, i) => ({
      layer,
      rank: options.ranks[critical.has(layer) ? 1 : 0],
      critical: critical.has(layer),
      edgeChange: change,
      reason: `place ${i + 1} of ${layers} by edge change${critical.has(layer) ? ": critical" : ""}`,
    }));
    return adapterRows(
      context,
      options,
      byLayer.sort((a, b) => a.layer - b.layer),
    );
  },
});
