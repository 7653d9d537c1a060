import { count, runColumns } from "./run.ts";
import { bool, defineTable, float64, int32, type RowOf, utf8 } from "./schema.ts";

/** Where an edge's change counts: at its source's layer, its destination's, half at each, or at its source's unless that is the input. */
export const layerRules = ["source", "destination", "both", "source-without-input"] as const;

/** Where in the model a circuit changed. */
export const layersSchema = defineTable({
  name: "layers",
  version: 1,
  file: "layers.arrow",
  meaning: "one row a layer, by run, seed, rule and order",
  columns: {
    ...runColumns,
    rule: utf8({ meaning: "which end of a changed edge its change counts for", oneOf: layerRules }),
    layer: int32({ meaning: "the layer, from 0", minimum: 0 }),
    edgeChange: float64(count("score", "sum of |score after - score before| over the layer's edges")),
    order: int32({
      meaning: "place by edgeChange, 1 for the largest; of equals the lower layer first",
      minimum: 1,
    }),
    critical: bool({ meaning: "whether the layer is among the critical ones" }),
  },
});

export type LayerRow = RowOf<typeof layersSchema>;
