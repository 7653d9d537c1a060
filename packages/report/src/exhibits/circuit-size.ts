import { describeCheckpoint } from "@ft/artifacts";
import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import { runLabels } from "../results.ts";
import { faithfulnessOf } from "./circuits.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const DASHES = { found: "none", random: "4 4" } as const;

/** Faithfulness against the share of edges kept, at checkpoints with several evaluated sizes. */
export const circuitSize: ExhibitMaker = ({ circuits }) => {
  const sizes = group(circuits, describeCheckpoint);
  const rows = [...sizes.values()]
    .filter((group) => new Set(group.map((row) => row.fraction)).size > 1)
    .flat();
  if (rows.length === 0) return undefined;
  const label = runLabels(rows);
  const points = rows.map((row) => ({
    kind: row.kind,
    fraction: row.fraction,
    run: label(row),
    series: `checkpoint ${row.step}`,
    value: Math.max(-1, faithfulnessOf(row)),
  }));
  return {
    id: "circuit-size",
    title: "Faithfulness against circuit size",
    caption:
      "Faithfulness of circuits that keep more or fewer edges, and the mean of random circuits of the same sizes, at checkpoints with several evaluated sizes, one line per run. Values below -100% are drawn at -100%.",
    figure: draw(
      {
        color: { legend: true, range: SERIES },
        x: { label: "edges kept (%)", percent: true },
        y: { label: "faithfulness (%)", percent: true, grid: true },
        marks: [
          ...(["found", "random"] as const).map((kind) =>
            Plot.lineY(
              points.filter((point) => point.kind === kind),
              Plot.groupX(
                { y: "mean" },
                {
                  x: "fraction",
                  y: "value",
                  z: ({ run, series }: (typeof points)[number]) => run + series,
                  stroke: "series",
                  strokeDasharray: DASHES[kind],
                },
              ),
            ),
          ),
          Plot.dot(points, { x: "fraction", y: "value", fill: "series", r: 2.5 }),
        ],
      },
      [
        { label: "found circuits", color: "#555555", dash: DASHES.found },
        { label: "random circuits", color: "#555555", dash: DASHES.random },
      ],
    ),
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "step" },
      { name: "kind" },
      { name: "fraction", label: "edges kept", format: asPercent },
      { name: "edges" },
      { name: "faithfulness", format: asPercent },
      { name: "circuitAccuracy", format: asPercent },
    ],
    rows: rows.map((row) => [
      row.plan,
      row.draw,
      row.seed,
      row.step,
      row.kind,
      row.fraction,
      row.edges,
      faithfulnessOf(row),
      row.circuitAccuracy,
    ]),
  };
};
