import { describeRun } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { group } from "d3-array";
import { distinct, NOT_RUN, textColumns } from "../../cells.ts";
import { layersPublishedFor } from "../published.ts";
import { withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** Layers listed per task, as in the paper. */
const LISTED = 5;

/** The layers whose edges change most, as the paper sums them: by the source of an edge. */
export const criticalLayers: PaperExhibitMaker = (all) => {
  const experiments = withOwnCircuits(all);
  const points = experiments.flatMap(({ name, results }) =>
    results.layers
      .filter(({ layerRule, sample }) => layerRule === "source" && sample === "all")
      .map(({ plan, draw, seed, layer, edgeChange, order, critical }) => ({
        ...{ task: name, plan, draw, seed, layer, edgeChange, order, critical },
      })),
  );
  const rows = experiments.map(({ name }) => {
    const published = layersPublishedFor(name)?.join(", ") ?? "";
    const own = points.filter(({ task }) => task === name);
    if (own.length === 0) return [name, NOT_RUN, NOT_RUN, NOT_RUN, published];
    const layers = [...group(own, ({ layer }) => layer)]
      .map(([layer, rows]) => ({
        layer,
        change: mean(rows.map(({ edgeChange }) => edgeChange)),
        critical: rows.filter(({ critical }) => critical).length,
      }))
      .sort((a, b) => b.change - a.change);
    const runs = distinct(own.map(describeRun)).length;
    const chosen = layers.filter(({ critical }) => critical > 0);
    return [
      name,
      layers
        .slice(0, LISTED)
        .map(({ layer }) => layer)
        .join(", "),
      chosen.map(({ layer, critical }) => `${layer} (${critical} of ${runs})`).join(", "),
      `${runs}`,
      published,
    ];
  });
  return {
    id: "critical-layers",
    title: "Critical layers by task",
    caption: `The ${LISTED} layers with the largest sums of edge change, largest first (mean over runs; an edge counts for its source's layer, the input for layer 0), and the critical layers, with the runs in which each was among them. The paper's are of Pythia-1.4B, which has 24 layers: numbers cannot be compared with those of a model of another depth.`,
    claims: ["gain", "placement"],
    layout: {
      columns: textColumns("task", "largest change", "critical", "runs", "largest change, paper"),
      rows,
    },
    points,
  };
};
