import type { RunKey } from "@ft/artifacts";
import * as Plot from "@observablehq/plot";
import { draw, labelMargin } from "../figures/draw.ts";
import { asNumber } from "../format.ts";
import { runLabels } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const CRITICAL = "#104670";
const OTHER = "#b9c7d6";

/** Edge change by layer, by the paper's rule and its alternatives. */
export const layers: ExhibitMaker = ({ layers }) => {
  if (layers.length === 0) return undefined;
  const label = runLabels(layers);
  const several = label(layers[0]!) !== "";
  const names = [...new Set(layers.map((row) => label(row).replace(": ", "")))];
  return {
    id: "layers",
    title: "Edge change by layer",
    caption:
      "Sum over a layer's edges of |score after - score before|, by the end of an edge that its change counts for. The paper's rule is the source, with the input counted as layer 0. Dark bars are the critical layers, which get the higher rank under the rule in use.",
    figure: draw(
      {
        height: several ? 80 + 130 * names.length : 300,
        marginRight: several ? labelMargin(names) : 20,
        fx: { label: null },
        fy: { label: null },
        x: { label: "layer", type: "band" },
        y: { label: "edge change", grid: true, tickFormat: "~g" },
        marks: [
          Plot.barY(layers, {
            x: "layer",
            y: "edgeChange",
            fx: "layerRule",
            fill: ({ critical }) => (critical ? CRITICAL : OTHER),
            ...(several && { fy: (row: RunKey) => label(row).replace(": ", "") }),
          }),
          Plot.ruleY([0]),
        ],
      },
      [
        { label: "critical layer", color: CRITICAL },
        { label: "other layer", color: OTHER },
      ],
    ),
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "layerRule" },
      { name: "order" },
      { name: "layer" },
      { name: "edgeChange", format: asNumber },
      { name: "critical" },
    ],
    rows: layers.map(({ plan, draw, seed, layerRule, order, layer, edgeChange, critical }) => [
      plan,
      draw,
      seed,
      layerRule,
      order,
      layer,
      edgeChange,
      critical,
    ]),
  };
};
