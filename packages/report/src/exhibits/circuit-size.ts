import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent, type ExhibitMaker } from "./exhibit.ts";

/** Faithfulness against the share of edges kept, where several were evaluated. */
export const circuitSize: ExhibitMaker = ({ circuits }) => {
  const sizes = group(circuits, ({ step }) => step);
  const rows = [...sizes.values()]
    .filter((group) => new Set(group.map((row) => row.fraction)).size > 1)
    .flat();
  if (rows.length === 0) return undefined;
  return {
    id: "circuit-size",
    title: "Faithfulness against circuit size",
    caption:
      "How faithful circuits are that keep more or fewer of the edges, and random circuits of the same sizes, at the checkpoints where several sizes were evaluated. Below -100% is drawn at -100%.",
    figure: draw({
      color: { legend: true, range: SERIES },
      x: { label: "edges kept (%)", percent: true },
      y: { label: "faithfulness (%)", grid: true },
      symbol: { legend: true },
      marks: [
        ...(["found", "random"] as const).map((kind) =>
          Plot.lineY(
            rows.filter((row) => row.kind === kind),
            {
              x: "fraction",
              y: ({ faithfulness }) => Math.max(-100, faithfulness),
              z: "step",
              stroke: ({ step }) => `checkpoint ${step}`,
              strokeDasharray: kind === "random" ? "4 4" : "none",
            },
          ),
        ),
        Plot.dot(rows, {
          x: "fraction",
          y: ({ faithfulness }) => Math.max(-100, faithfulness),
          stroke: ({ step }) => `checkpoint ${step}`,
          symbol: "kind",
        }),
      ],
    }),
    columns: [
      { name: "step" },
      { name: "kind" },
      { name: "edges kept", format: asPercent },
      { name: "edges" },
      { name: "faithfulness (%)", format: (value) => value.toFixed(1) },
      { name: "circuit accuracy", format: asPercent },
    ],
    rows: rows.map((row) => [
      row.step,
      row.kind,
      row.fraction,
      row.edges,
      row.faithfulness,
      row.circuitAccuracy,
    ]),
  };
};
