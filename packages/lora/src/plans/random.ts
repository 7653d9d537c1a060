/** RandomLoRA, the paper's control: CircuitLoRA with critical layers drawn at random for every seed. */

import { seededRandom } from "@ft/artifacts";
import { checkCritical, defaultCritical } from "@ft/graph";
import { z } from "zod";
import { adapterOptions, adapterRows, criticalCount, planMethod, ranksOption } from "./plan-method.ts";

export const random = planMethod({
  options: z.strictObject({
    method: z.literal("random"),
    ...adapterOptions,
    ranks: ranksOption,
    critical: criticalCount.optional(),
    seeds: z
      .array(z.int32().positive())
      .min(1)
      .default([1, 2, 3, 4, 5])
      .describe(
        "the seeds it will be trained with; layers are drawn for each, as the draw of the same number",
      ),
  }),
  rows(options, context) {
    const { layers, seed: experimentSeed } = context;
    const count = options.critical ?? defaultCritical(layers);
    checkCritical(count, layers);
    const all = Array.from({ length: layers }, (_, layer) => layer);
    return options.seeds.flatMap((seed) => {
      const random = seededRandom(experimentSeed, `layers of ${options.name} for seed ${seed}`);
      const drawn = new Set(random.sample(all, count));
      const ranks = all.map((layer) => ({
        layer,
        rank: options.ranks[drawn.has(layer) ? 1 : 0],
        critical: drawn.has(layer),
        edgeChange: null,
        reason: `${drawn.has(layer) ? "drawn" : "not drawn"} at random for seed ${seed}`,
      }));
      return adapterRows(context, options, ranks, { draw: seed, seed });
    });
  },
});
