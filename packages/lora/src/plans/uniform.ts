/** Plain LoRA (Hu et al. 2021): the same rank everywhere. */

import { z } from "zod";
import { adapterOptions, adapterRows, planMethod, rankOption } from "./plan-method.ts";

export const uniform = planMethod({
  options: z.strictObject({
    method: z.literal("uniform"),
    ...adapterOptions,
    rank: rankOption.describe("rank of every adapter"),
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
        reason: "the same rank everywhere",
      })),
    ),
});
