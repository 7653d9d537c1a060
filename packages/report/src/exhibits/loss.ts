import * as Plot from "@observablehq/plot";
import { flatRollup, mean } from "d3-array";
import { draw, lineStyles } from "../figures/draw.ts";
import { updatesAxis } from "../figures/panels.ts";
import { asNumber } from "../format.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Smaller losses are drawn as this, as a logarithm needs. */
const LEAST = 1e-6;

/** Training loss of every plan. */
export const loss: ExhibitMaker = ({ metrics }) => {
  const rows = metrics.filter((row) => row.step > 0);
  if (rows.length === 0) return undefined;
  const means = flatRollup(
    rows,
    (own) => Math.max(mean(own, ({ loss }) => loss)!, LEAST),
    ({ plan }) => plan,
    ({ step }) => step,
  ).map(([plan, step, loss]) => ({ plan, step, loss }));
  const styles = lineStyles([...new Set(rows.map(({ plan }) => plan))]);
  return {
    id: "loss",
    title: "Loss during fine-tuning",
    caption:
      "Mean cross entropy of the answer on the training split since the previous point, on a logarithmic scale, against updates on one of roots: one line per plan, the mean over its runs. The table has every run.",
    figure: draw(
      {
        color: styles.color,
        x: updatesAxis(Math.max(...means.map(({ step }) => step))),
        y: { label: "training loss (nats)", type: "log", grid: true, tickFormat: "~g" },
        marks: styles.color.domain.map((plan) =>
          Plot.lineY(
            means.filter((point) => point.plan === plan),
            { x: "step", y: "loss", stroke: "plan", strokeDasharray: styles.dashOf(plan) },
          ),
        ),
      },
      styles.legend,
    ),
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
