import { describeRun, isSameCheckpoint } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { distinct, NOT_RUN, percentCell, percentText, textColumns } from "../../cells.ts";
import { mainFraction } from "../../exhibits/circuits.ts";
import { draw, SERIES } from "../../figures/draw.ts";
import { inPanel, panels, updatesAxis } from "../../figures/panels.ts";
import { sameOnce } from "../../seed-values.ts";
import { type FinishedExperiment, withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** The main circuits of an experiment in their own models, with the mean of the random circuits of their size. */
function pointsOf({ name, results: { circuits, changes } }: FinishedExperiment) {
  const fraction = mainFraction(circuits, changes);
  const own = circuits.filter((row) => row.fraction === fraction);
  const random = own.filter(({ kind }) => kind === "random");
  return own
    .filter(({ kind }) => kind === "found")
    .map((row) => {
      const drawn = random.filter((other) => isSameCheckpoint(other, row));
      const { plan, draw, seed, step, edges, circuitAccuracy, modelAccuracy, circuitMetric, modelMetric } =
        row;
      return {
        ...{ task: name, plan, draw, seed, step, fraction: row.fraction, edges },
        faithfulness: row.faithfulness / 100,
        ...{ circuitAccuracy, modelAccuracy, circuitMetric, modelMetric },
        overshoots: circuitMetric > modelMetric,
        randomCircuits: drawn.length,
        randomFaithfulness: drawn.length > 0 ? mean(drawn.map((other) => other.faithfulness)) / 100 : null,
        bestRandomFaithfulness:
          drawn.length > 0 ? Math.max(...drawn.map((other) => other.faithfulness)) / 100 : null,
      };
    });
}

type FaithfulnessPoint = ReturnType<typeof pointsOf>[number];

/** Faithfulness of circuits at every checkpoint, with what circuit and model answer. */
export const faithfulness: PaperExhibitMaker = (all) => {
  const experiments = withOwnCircuits(all);
  const points = experiments.flatMap(pointsOf);
  const rows = experiments.flatMap(({ name }) => {
    const own = points.filter(({ task }) => task === name);
    if (own.length === 0) return [[name, ...Array<string>(9).fill(NOT_RUN)]];
    return [...group(own, ({ plan }) => plan)].map(([plan, rows]) => {
      const runs = [...group(rows, describeRun).values()];
      const at = (end: 0 | -1) => runs.map((run) => run.at(end)!);
      const values = rows.map((row) => row.faithfulness);
      const random = rows.flatMap((row) => row.bestRandomFaithfulness ?? []);
      return [
        name,
        plan,
        `${distinct(rows.map(({ step }) => step)).length}`,
        percentCell(sameOnce(at(0).map((row) => row.faithfulness))),
        percentCell(at(-1).map((row) => row.faithfulness)),
        `${percentText(Math.min(...values))} to ${percentText(Math.max(...values))}`,
        percentCell(at(-1).map((row) => row.circuitAccuracy)),
        percentCell(at(-1).map((row) => row.modelAccuracy)),
        `${rows.filter(({ overshoots }) => overshoots).length} of ${rows.length}`,
        random.length > 0 ? percentText(Math.max(...random)) : NOT_RUN,
      ];
    });
  });
  return {
    id: "faithfulness",
    title: "Faithfulness at every checkpoint",
    caption:
      "Faithfulness in percent, mean and 95% interval over runs, before training, where all runs have the same model, which counts once, and after it, and its range over checkpoints and runs; exact match of the circuit and of its model after training; circuits that overshoot (their metric is beyond the model's, which lowers faithfulness); the highest faithfulness of a random circuit of the same size. A faithful circuit need not answer.",
    claims: ["faithful"],
    layout: {
      columns: textColumns(
        ...["task", "plan", "checkpoints", "before", "after", "range"],
        ...["circuit answers", "model answers", "overshoot", "best random"],
      ),
      rows,
    },
    points,
    figure: points.length > 0 ? faithfulnessFigure(points) : undefined,
  };
};

/** One panel per task; lines are means over runs, dots runs. */
export function faithfulnessFigure(points: readonly FaithfulnessPoint[]): string {
  const panel = panels(distinct(points.map(({ task }) => task)));
  const lines = points.flatMap((point) => [
    { ...point, what: "circuit: faithfulness", value: point.faithfulness },
    { ...point, what: "circuit: exact match", value: point.circuitAccuracy },
    { ...point, what: "model: exact match", value: point.modelAccuracy },
    ...(point.randomFaithfulness === null
      ? []
      : [{ ...point, what: "random circuit: faithfulness", value: Math.max(-1, point.randomFaithfulness) }]),
  ]);
  return draw({
    ...panel.options,
    height: 70 + 150 * panel.rows,
    marginTop: 26,
    color: { legend: true, domain: distinct(lines.map(({ what }) => what)), range: SERIES },
    x: updatesAxis(Math.max(...points.map(({ step }) => step))),
    y: { label: "%", percent: true, grid: true, nice: true },
    marks: [
      panel.labels,
      Plot.lineY(
        lines,
        Plot.groupX(
          { y: "mean" },
          {
            x: "step",
            y: "value",
            ...inPanel(panel),
            z: ({ plan, what }) => `${plan} ${what}`,
            stroke: "what",
          },
        ),
      ),
      Plot.dot(lines, { x: "step", y: "value", ...inPanel(panel), fill: "what", r: 2 }),
    ],
  });
}
