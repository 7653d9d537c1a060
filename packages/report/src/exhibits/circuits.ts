import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import { runLabels } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Faithfulness and accuracy of the circuit at every checkpoint, compared with the model and random circuits of its size. */
export const circuits: ExhibitMaker = ({ circuits, changes }) => {
  const fraction = mainFraction(circuits, changes);
  const rows = circuits.filter((row) => row.fraction === fraction);
  if (rows.length === 0) return undefined;
  const label = runLabels(rows);
  const points = rows.flatMap((row) => {
    const { step, kind, circuitAccuracy, modelAccuracy } = row;
    const point = { run: label(row), step, what: `${kind} circuit` };
    return [
      { ...point, panel: "faithfulness", value: faithfulnessOf(row) },
      { ...point, panel: "exact match", value: circuitAccuracy },
      ...(kind === "found"
        ? [{ ...point, panel: "exact match", what: "whole model", value: modelAccuracy }]
        : []),
    ];
  });
  const position = {
    x: "step",
    y: ({ value }: { value: number }) => Math.max(-1, value),
    fx: "panel",
  };
  return {
    id: "circuits",
    title: "Circuits at every checkpoint",
    caption: `Circuits of ${asPercent(fraction!)} of the edges, pruned to the connected part; every other edge carries the corrupted activation. Faithfulness compares the divergence from the corrupted run with the whole model's; random circuits have the same number of edges, and their line is the mean. One line per run. Faithfulness below -100% is drawn at -100%.`,
    figure: draw({
      color: { legend: true, range: SERIES },
      fx: { label: null },
      x: { label: "updates" },
      y: { label: "%", percent: true, grid: true },
      marks: [
        Plot.lineY(
          points,
          Plot.groupX(
            { y: "mean" },
            { ...position, z: ({ run, what }: (typeof points)[number]) => run + what, stroke: "what" },
          ),
        ),
        Plot.dot(points, { ...position, fill: "what", r: 2.5 }),
      ],
    }),
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "step" },
      { name: "kind" },
      { name: "edges" },
      { name: "nodes" },
      { name: "faithfulness", format: asPercent },
      { name: "circuitAccuracy", format: asPercent },
      { name: "modelAccuracy", format: asPercent },
      { name: "modelMetric" },
      { name: "circuitMetric" },
    ],
    rows: rows.map((row) => [
      row.plan,
      row.draw,
      row.seed,
      row.step,
      row.kind,
      row.edges,
      row.nodes,
      faithfulnessOf(row),
      row.circuitAccuracy,
      row.modelAccuracy,
      row.modelMetric,
      row.circuitMetric,
    ]),
  };
};

/** A circuit's faithfulness as a fraction, like everything else in the report; the table has percent. */
export function faithfulnessOf({ faithfulness }: EvaluatedCircuit): number {
  return faithfulness / 100;
}

/**
 * The size of the main circuits: the one whose changes were computed, otherwise the one evaluated at the most checkpoints.
 * @param changes of main circuits. @default unknown
 */
export function mainFraction(
  rows: readonly { fraction: number; step: number }[],
  changes: readonly { size: number }[] = [],
): number | undefined {
  const compared = changes.find(({ size }) => rows.some(({ fraction }) => fraction === size));
  if (compared) return compared.size;
  const steps = [...group(rows, ({ fraction }) => fraction)].map(([fraction, group]) => ({
    fraction,
    steps: new Set(group.map(({ step }) => step)).size,
  }));
  return steps.sort((a, b) => b.steps - a.steps)[0]?.fraction;
}
