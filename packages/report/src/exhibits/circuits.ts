import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { draw, SERIES } from "../figures/draw.ts";
import { asNumber, asPercent, type ExhibitMaker } from "./exhibit.ts";

/** Faithfulness and accuracy of the circuit at every checkpoint, beside the model and random circuits of its size. */
export const circuits: ExhibitMaker = ({ circuits }) => {
  const fraction = mainFraction(circuits);
  const rows = circuits.filter((row) => row.fraction === fraction);
  if (rows.length === 0) return undefined;
  const points = rows.flatMap(({ step, kind, faithfulness, circuitAccuracy, modelAccuracy }) => [
    { step, panel: "faithfulness", what: `${kind} circuit`, value: faithfulness / 100 },
    { step, panel: "exact match", what: `${kind} circuit`, value: circuitAccuracy },
    ...(kind === "found" ? [{ step, panel: "exact match", what: "whole model", value: modelAccuracy }] : []),
  ]);
  const position = {
    x: "step",
    y: ({ value }: { value: number }) => Math.max(-1, value),
    z: "what",
    fx: "panel",
  };
  return {
    id: "circuits",
    title: "Circuits at every checkpoint",
    caption: `The ${asPercent(fraction!)} of edges with the largest |score|, pruned to the connected part, run with every other edge carrying the corrupted activation. Faithfulness compares the divergence from the corrupted run with the whole model's; random circuits have as many edges. Faithfulness below -100% is drawn at -100%.`,
    figure: draw({
      color: { legend: true, range: SERIES },
      fx: { label: null },
      x: { label: "updates" },
      y: { label: "%", percent: true, grid: true },
      marks: [
        Plot.lineY(points, { ...position, stroke: "what" }),
        Plot.dot(points, { ...position, fill: "what", r: 2.5 }),
      ],
    }),
    columns: [
      { name: "step" },
      { name: "kind" },
      { name: "edges" },
      { name: "nodes" },
      { name: "faithfulness (%)", format: (value) => value.toFixed(1) },
      { name: "circuit accuracy", format: asPercent },
      { name: "model accuracy", format: asPercent },
      { name: "model metric", format: asNumber },
      { name: "circuit metric", format: asNumber },
    ],
    rows: rows.map((row) => [
      row.step,
      row.kind,
      row.edges,
      row.nodes,
      row.faithfulness,
      row.circuitAccuracy,
      row.modelAccuracy,
      row.modelMetric,
      row.circuitMetric,
    ]),
  };
};

/** The fraction evaluated at the most checkpoints, which is the one whose circuits are compared. */
export function mainFraction(rows: readonly { fraction: number; step: number }[]): number | undefined {
  const steps = [...group(rows, ({ fraction }) => fraction)].map(([fraction, group]) => ({
    fraction,
    steps: new Set(group.map(({ step }) => step)).size,
  }));
  return steps.sort((a, b) => b.steps - a.steps)[0]?.fraction;
}
