/** Rows of layers.arrow: how every rule ranks the layers. */

import { type LayerRow, layerRules } from "@ft/artifacts";
import { type CriticalChoice, criticalLayers, layerSums, rankLayers } from "@ft/graph";
import type { RunChange } from "./run-changes.ts";

/** The ranking of each run and seed by each rule. @param critical which layers each ranking makes critical */
export function layerRows(
  changes: readonly RunChange[],
  layers: number,
  critical?: CriticalChoice,
): LayerRow[] {
  return changes.flatMap(({ run, seed, changes }) =>
    layerRules.flatMap((rule) => {
      const sums = layerSums(changes, layers, rule);
      const chosen = criticalLayers(sums, critical);
      return rankLayers(sums).map(({ layer, change }, i) => ({
        run,
        seed,
        rule,
        layer,
        edgeChange: change,
        order: i + 1,
        critical: chosen.includes(layer),
      }));
    }),
  );
}
