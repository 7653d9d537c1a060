import * as Plot from "@observablehq/plot";
import { draw } from "../figures/draw.ts";
import { asNumber, type ExhibitMaker } from "./exhibit.ts";

/** In which layers edges change, by the paper's rule and its alternatives. */
export const layers: ExhibitMaker = ({ layers }) => {
  if (layers.length === 0) return undefined;
  return {
    id: "layers",
    title: "Where edges change",
    caption:
      "Sum over a layer's edges of |score after - score before|, by which end of an edge its change counts for. The paper's rule is the source, with the input counted as layer 0. Dark bars are the critical layers, which get the higher rank under the rule in use.",
    figure: draw({
      height: 300,
      fx: { label: null },
      x: { label: "layer", type: "band" },
      y: { label: "edge change", grid: true, tickFormat: "~g" },
      marks: [
        Plot.barY(layers, {
          x: "layer",
          y: "edgeChange",
          fx: "rule",
          fill: ({ critical }) => (critical ? "#104670" : "#b9c7d6"),
        }),
        Plot.ruleY([0]),
      ],
    }),
    columns: [
      { name: "rule" },
      { name: "order" },
      { name: "layer" },
      { name: "edge change", format: asNumber },
      { name: "critical" },
    ],
    rows: layers.map(({ rule, order, layer, edgeChange, critical }) => [
      rule,
      order,
      layer,
      edgeChange,
      critical,
    ]),
  };
};
