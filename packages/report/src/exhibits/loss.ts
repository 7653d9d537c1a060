import { describeRun } from "@ft/artifacts";
import * as Plot from "@observablehq/plot";
import { draw, SERIES } from "../figures/draw.ts";
import { asNumber } from "../format.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Training loss of every run. */
export const loss: ExhibitMaker = ({ metrics }) => {
  const rows = metrics.filter((row) => row.step > 0);
  if (rows.length === 0) return undefined;
  return {
    id: "loss",
    title: "Loss during fine-tuning",
    caption:
      "Mean cross entropy of the answer on the training split since the previous point, one line per run, coloured by plan, on a logarithmic scale.",
    figure: draw({
      color: { legend: true, range: SERIES },
      x: { label: "updates" },
      y: { label: "training loss (nats)", type: "log", grid: true, tickFormat: "~g" },
      marks: [
        Plot.lineY(rows, {
          x: "step",
          y: ({ loss }) => Math.max(loss, 1e-6),
          stroke: "plan",
          z: describeRun,
          strokeOpacity: 0.8,
        }),
      ],
    }),
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "step" },
      { name: "learningRate", format: (value) => value.toExponential(2) },
      { name: "loss", format: asNumber },
      { name: "gradientNorm", format: asNumber },
    ],
    rows: rows.map(({ plan, draw, seed, step, learningRate, loss, gradientNorm }) => [
      plan,
      draw,
      seed,
      step,
      learningRate,
      loss,
      gradientNorm,
    ]),
  };
};
