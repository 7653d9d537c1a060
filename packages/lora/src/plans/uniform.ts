/** Adapters of the same rank everywhere, as in LoRA (Hu et al. 2021), or of a kind without ranks. */

import { z } from "zod";
import { adapterOptions, adapterRows, planMethod, rankOption } from "./plan-method.ts";

export const uniform = planMethod({
  options: z.strictObject({
    method: z.literal("uniform"),
    ...adapterOptions,
    rank: rankOption
      .or(z.literal(0))
      .default(0)
      .describe("rank of every adapter; none for kinds without ranks"),
  }),
  rows: (options, context) =>
    adapterRows(
      context,
      options,
      Array.from({ length: context.layers }, (_, layer) => ({
        layer,
        rank: options.rank,
        critical: false,
        edgeChange: null,
        reason: options.rank === 0 ? "the same everywhere" : "the same rank everywhere",
      })),
    ),
});
