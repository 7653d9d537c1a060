import { count, ruleColumn, runColumns, runOrder, sampleColumn, sizeColumn } from "./run.ts";
import { bool, defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

/** The layer an edge's change counts for: its source's, its destination's, half for each, or its source's unless that is the input. */
export const layerRules = ["source", "destination", "both", "source-without-input"] as const;

/** How much a circuit changed in each layer. */
export const layersSchema = defineTable({
  name: "layers",
  version: 2,
  file: "layers.arrow",
  meaning: "one row per layer, by plan, draw, seed, sample, rule, size, layerRule and order",
  order: {
    ...runOrder,
    sample: "together",
    rule: "together",
    size: "rises",
    layerRule: "together",
    order: "counts from 1",
  },
  columns: {
    ...runColumns,
    sample: sampleColumn,
    rule: ruleColumn,
    size: sizeColumn,
    layerRule: utf8({ meaning: "which end of a changed edge its change counts for", oneOf: layerRules }),
    layer: int32({ meaning: "the layer, from 0", minimum: 0 }),
    edgeChange: float64(count("score", "sum of |score after - score before| over the layer's edges")),
    order: int32({
      meaning: "rank by edgeChange, 1 for the largest; of equals the lower layer first",
      minimum: 1,
    }),
    critical: bool({ meaning: "whether the layer is among the critical ones" }),
  },
  follow() {
    let before = { order: 0, edgeChange: 0, layer: 0 };
    const layers = new Set<number>();
    return {
      problem(row) {
        const { order, edgeChange, layer } = row;
        if (order === 1) layers.clear();
        else if (edgeChange > before.edgeChange || (edgeChange === before.edgeChange && layer < before.layer))
          return `by edgeChange, layer ${layer} comes before layer ${before.layer}`;
        if (layers.has(layer)) return `duplicate layer ${layer}`;
        layers.add(layer);
        before = row;
        return undefined;
      },
    };
  },
});

export type LayerRow = RowOf<typeof layersSchema>;
