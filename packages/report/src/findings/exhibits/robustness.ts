import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { countText, distinct, NOT_RUN, textColumns } from "../../cells.ts";
import { draw, SERIES } from "../../figures/draw.ts";
import { inPanel, panels } from "../../figures/panels.ts";
import { baseOnce, modelOfRow } from "../../noise.ts";
import { type FinishedExperiment, withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

const PERCENTS = [10, 20, 30, 40, 50, 60, 70, 80, 90];
const KINDS = ["splits", "halves", "bootstrap", "perturbed", "seeds"] as const;

/** Pairs of circuits of the same model, on different examples or of different seeds. */
function pointsOf({ name, results: { comparisons } }: FinishedExperiment) {
  return baseOnce(comparisons)
    .filter(({ kind }) => (KINDS as readonly string[]).includes(kind))
    .map((row) => {
      const { plan, draw, seed, step, kind, otherSeed, sample, otherSample, nodeJaccard, edgeJaccard } = row;
      return {
        ...{ task: name, model: modelOfRow(comparisons, row), kind },
        perturbedPercent: kind === "perturbed" ? Number(otherSample.split(" ")[1]) : null,
        ...{ plan, draw, seed, step, otherSeed, sample, otherSample, nodeJaccard, edgeJaccard },
      };
    });
}

type RobustnessPoint = ReturnType<typeof pointsOf>[number];

/** The paper's two measures of robustness, and noise between halves, resamples and seeds. */
export const robustness: PaperExhibitMaker = (all) => {
  const experiments = withOwnCircuits(all);
  const points = experiments.flatMap(pointsOf);
  const kinds = KINDS.filter((kind) => kind !== "perturbed");
  const labels = ["5 splits", "halves", "resamples", "seeds"];
  const rows = experiments.flatMap(({ name }) => {
    const own = points.filter(({ task }) => task === name);
    const width = 1 + kinds.length + PERCENTS.length;
    if (own.length === 0) return [[name, ...Array<string>(width).fill(NOT_RUN)]];
    return [...group(own, ({ model }) => model)].map(([model, rows]) => [
      name,
      model,
      ...kinds.map((kind) => jaccardCell(rows.filter((row) => row.kind === kind))),
      ...PERCENTS.map((percent) => jaccardCell(rows.filter((row) => row.perturbedPercent === percent))),
    ]);
  });
  return {
    id: "robustness",
    title: "Robustness of circuits",
    caption:
      "Jaccard similarity of the edges of two circuits of the same model, mean and number of pairs: on two of five disjoint splits of the examples (the paper's), on halves, on a resample and all, between two seeds at the same step, and with the prompts of 10 to 90% of the examples perturbed (the paper's). All runs begin with the pre-trained model, so its pairs count once.",
    claims: ["stable"],
    layout: {
      columns: textColumns("task", "model", ...labels, ...PERCENTS.map((percent) => `${percent}%`)),
      rows,
    },
    points,
    figure: points.some(({ kind }) => kind === "perturbed") ? robustnessFigure(points) : undefined,
  };
};

function jaccardCell(rows: readonly RobustnessPoint[]): string {
  if (rows.length === 0) return NOT_RUN;
  return `${mean(rows.map(({ edgeJaccard }) => edgeJaccard)).toFixed(2)}, ${countText(rows.length)}`;
}

/** Jaccard against perturbed examples, one panel per task. */
export function robustnessFigure(all: readonly RobustnessPoint[]): string {
  const points = all.filter(({ kind }) => kind === "perturbed");
  const panel = panels(distinct(points.map(({ task }) => task)));
  const position = { x: "perturbedPercent", y: "edgeJaccard", ...inPanel(panel) } as const;
  return draw({
    ...panel.options,
    height: 70 + 170 * panel.rows,
    marginTop: 26,
    color: { legend: true, domain: distinct(points.map(({ model }) => model)), range: SERIES },
    x: { label: "examples perturbed (%)" },
    y: { label: "edge Jaccard", grid: true, domain: [0, 1] },
    marks: [
      panel.labels,
      Plot.lineY(points, Plot.groupX({ y: "mean" }, { ...position, stroke: "model" })),
      Plot.dot(points, { ...position, fill: "model", r: 2 }),
    ],
  });
}
