/** Plans with two ranks: critical layers get the higher one. */

import { formatInteger, type PlanRow } from "@ft/artifacts";
import { checkCritical, defaultCritical, rankLayers } from "@ft/graph";
import { z } from "zod";
import {
  adapterOptions,
  adapterRows,
  type LayerMeasure,
  type PlanContext,
  rankOption,
} from "./plan-method.ts";

/** The two ranks of a plan with critical layers. */
export const ranksOption = z
  .tuple([rankOption, rankOption])
  .describe("rank of ordinary layers, rank of critical ones");

/** How many layers are critical. */
export const criticalCount = z
  .int()
  .positive()
  .describe("critical layers; default 5 of 24, scaled to the depth");

/** Options of a plan with a number of critical layers. */
export const criticalOptions = { ...adapterOptions, ranks: ranksOption, critical: criticalCount.optional() };

type CriticalOptions = Omit<z.infer<z.ZodObject<typeof criticalOptions>>, "critical">;

/** How many layers are critical by a plan's options. @throws UserError if the model does not have as many */
export function countCritical(
  { critical }: { critical?: number | undefined },
  { layers }: PlanContext,
): number {
  const count = critical ?? defaultCritical(layers);
  checkCritical(count, layers);
  return count;
}

/** A choice of critical layers. */
export interface CriticalChoice {
  critical: Iterable<number>;
  /** Why a layer has its rank. */
  reason(layer: number, critical: boolean): string;
  /** Edge change by layer, if it made the choice. */
  edgeChange?: Float64Array;
}

/** The rows of a plan with critical layers. @param run see {@link adapterRows} */
export function criticalRows(
  context: PlanContext,
  options: CriticalOptions,
  { critical, reason, edgeChange }: CriticalChoice,
  run?: Pick<PlanRow, "draw" | "seed">,
): PlanRow[] {
  const chosen = new Set(critical);
  const layers = Array.from({ length: context.layers }, (_, layer) => ({
    layer,
    rank: options.ranks[chosen.has(layer) ? 1 : 0],
    critical: chosen.has(layer),
    edgeChange: edgeChange?.[layer] ?? null,
    reason: reason(layer, chosen.has(layer)),
  }));
  return adapterRows(context, options, layers, run);
}

/**
 * The choice of layers by a measure, the largest first. Reasons give each layer's place and, for measures of a probe, how
 * many of its runs would make the layer critical by themselves, and the updates that all of them took.
 *
 * @param what the measure's name
 * @param choose the critical layers, given the measure by layer
 */
export function chooseBy(
  what: string,
  { mean, runs, updates }: LayerMeasure,
  choose: (measure: Float64Array) => number[],
): CriticalChoice {
  const places = rankLayers(mean).map(({ layer }) => layer);
  const chosenByRun = runs.map(choose);
  return {
    critical: choose(mean),
    reason(layer, critical) {
      const place = `place ${places.indexOf(layer) + 1} of ${mean.length} by ${what}`;
      const agreeing = chosenByRun.filter((layers) => layers.includes(layer)).length;
      const probe = `critical in ${agreeing} of ${runs.length} probe runs, ${formatInteger(updates)} updates in all`;
      return `${place}${critical ? ": critical" : ""}${runs.length > 0 ? ` (${probe})` : ""}`;
    },
  };
}
