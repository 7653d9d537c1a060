/** Rows of layers.arrow: how every rule ranks the layers. */

import { type LayerRow, layerRules } from "@ft/artifacts";
import { type CriticalChoice, criticalLayers, layerSums, rankLayers } from "@ft/graph";
import type { RunChange } from "./run-changes.ts";

/** The ranking of each run by each rule. @param critical which layers each ranking makes critical */
export function layerRows(changes: readonly RunChange[], critical?: CriticalChoice): LayerRow[] {
  return changes.flatMap(({ graph, changes, updates: _, ...key }) =>
    layerRules.flatMap((layerRule) => {
      const sums = layerSums(changes, graph, layerRule);
      const chosen = criticalLayers(sums, critical);
      return rankLayers(sums).map(({ layer, change }, i) => ({
        ...key,
        layerRule,
        layer,
        edgeChange: change,
        order: i + 1,
        critical: chosen.includes(layer),
      }));
    }),
  );
}
