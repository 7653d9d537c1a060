/** Higher ranks by depth alone: in the first or the last layers, or in one layer at a time. */

import { z } from "zod";
import { countCritical, criticalOptions, criticalRows, ranksOption } from "./critical.ts";
import { adapterOptions, planMethod } from "./plan-method.ts";

export const firstLayers = planMethod({
  options: z.strictObject({ method: z.literal("first-layers"), ...criticalOptions }),
  rows(options, context) {
    const critical = Array.from({ length: countCritical(options, context) }, (_, i) => i);
    const reason = (_: number, chosen: boolean) =>
      `${chosen ? "" : "not "}among the first ${critical.length} layers`;
    return criticalRows(context, options, { critical, reason });
  },
});

export const lastLayers = planMethod({
  options: z.strictObject({ method: z.literal("last-layers"), ...criticalOptions }),
  rows(options, context) {
    const critical = Array.from(
      { length: countCritical(options, context) },
      (_, i) => context.layers - 1 - i,
    );
    const reason = (_: number, chosen: boolean) =>
      `${chosen ? "" : "not "}among the last ${critical.length} layers`;
    return criticalRows(context, options, { critical, reason });
  },
});

/** Each layer in turn is the only critical one: draw n is layer n - 1. Shows where rank helps. */
export const placement = planMethod({
  options: z.strictObject({ method: z.literal("placement"), ...adapterOptions, ranks: ranksOption }),
  rows(options, context) {
    return Array.from({ length: context.layers }, (_, critical) => {
      const reason = () => `layer ${critical} alone has rank ${options.ranks[1]}`;
      return criticalRows(
        context,
        options,
        { critical: [critical], reason },
        { draw: critical + 1, seed: null },
      );
    }).flat();
  },
});
