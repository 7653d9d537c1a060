/** Plain LoRA with exactly as many parameters as a plan with critical layers: the fair comparison. */

import { z } from "zod";
import { countCritical, criticalOptions, ranksOption } from "./critical.ts";
import { adapterRows, planMethod } from "./plan-method.ts";

export const budget = planMethod({
  options: z.strictObject({
    method: z.literal("budget"),
    ...criticalOptions,
    ranks: ranksOption.describe("the ranks, ordinary and critical, of the plan to match"),
  }),
  rows(options, context) {
    const { layers } = context;
    const critical = countCritical(options, context);
    const [ordinaryRank, criticalRank] = options.ranks;
    const total = ordinaryRank * (layers - critical) + criticalRank * critical;
    return adapterRows(
      context,
      options,
      spread(total, layers).map((rank, layer) => ({
        layer,
        rank,
        critical: false,
        edgeChange: null,
        reason: `an equal share of the parameters of ranks ${ordinaryRank} and ${criticalRank} with ${critical} critical layers`,
      })),
    );
  },
});

/**
 * Divides a sum of ranks among layers, equally if it divides; otherwise ranks differ by at
 * most one, with the larger ones spread evenly over the depth. A rank costs the same in every layer, so an equal sum
 * of ranks is an equal number of parameters.
 */
export function spread(total: number, layers: number): number[] {
  return Array.from(
    { length: layers },
    (_, layer) => Math.floor(((layer + 1) * total) / layers) - Math.floor((layer * total) / layers),
  );
}
