import { describeRun, type EvaluationRow } from "@ft/artifacts";
import { isControl } from "@ft/graph";
import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { distinct, NOT_RUN, percentCell, textColumns } from "../../cells.ts";
import { isOwn, isWhole } from "../../evaluated-circuits.ts";
import { draw, SERIES } from "../../figures/draw.ts";
import { publishedUnion } from "../published.ts";
import type { FinishedExperiment } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

const PAPER = "composition, union, paper";

function publishedCell(fraction: number): string {
  const found = publishedUnion.find((point) => point.fraction === fraction);
  return found ? (100 * found.faithfulness).toFixed(1) : "";
}

/** The circuits of a composed task after fine-tuning: its own, and the union of its parts'. */
function pointsOf({ name, evaluations }: FinishedExperiment) {
  const found = evaluations.filter(
    (row) =>
      isOwn(row) && isWhole(row) && row.sample === "all" && !isControl(row.rule) && row.faithfulness !== null,
  );
  return [...group(found, describeRun).values()].flatMap((run) => {
    const last = Math.max(...run.map(({ step }) => step));
    return run
      .filter(({ step }) => step === last)
      .map(({ plan, draw, seed, step, rule, size, faithfulness, circuitAccuracy }: EvaluationRow) => ({
        ...{ task: name, circuit: rule === "union" ? "union" : "own", plan, draw, seed, step, rule },
        ...{ fraction: size, faithfulness: faithfulness! / 100, circuitAccuracy },
      }));
  });
}

/** Faithfulness against the share of edges kept: the paper's union, ours, and composed tasks' own circuits. */
export const union: PaperExhibitMaker = (experiments) => {
  const published = publishedUnion.map(({ fraction, faithfulness }) => ({
    ...{ task: "composition", circuit: "union, paper", plan: null, draw: null, seed: null, step: null },
    ...{ rule: "union", fraction, faithfulness, circuitAccuracy: null },
  }));
  const composed = experiments.filter(({ name }) => name.startsWith("composition")).flatMap(pointsOf);
  const points = [...published, ...composed];
  const fractions = distinct(points.map(({ fraction }) => fraction)).sort((a, b) => a - b);
  const curves = [...group(composed, (point) => `${point.task}, ${point.circuit}`)];
  const cellsOf = (own: typeof composed) =>
    fractions.map((fraction) =>
      percentCell(own.filter((point) => point.fraction === fraction).map((point) => point.faithfulness)),
    );
  const isUnion = composed.some(({ circuit }) => circuit === "union");
  return {
    id: "union",
    title: "Faithfulness of the union against edges kept",
    caption:
      "Faithfulness in percent after fine-tuning by the share of edges kept: of the union of the sub-tasks' circuits and of the task's own circuit, mean and 95% interval over runs. The paper's curve is for its composition on Pythia-1.4B.",
    claims: ["union"],
    layout: {
      columns: textColumns("circuit", ...fractions.map((fraction) => `${+(100 * fraction).toFixed(2)}%`)),
      rows: [
        [PAPER, ...fractions.map(publishedCell)],
        ...curves.map(([name, own]) => [name, ...cellsOf(own)]),
        ...(isUnion ? [] : [["composition, union", ...fractions.map(() => NOT_RUN)]]),
      ],
    },
    points,
    figure: draw({
      color: { legend: true, range: SERIES },
      x: { label: "edges kept (%)", percent: true },
      y: { label: "faithfulness (%)", percent: true, grid: true },
      marks: [
        Plot.lineY(
          points,
          Plot.groupX(
            { y: "mean" },
            { x: "fraction", y: "faithfulness", stroke: ({ task, circuit }) => `${task}, ${circuit}` },
          ),
        ),
        Plot.dot(points, {
          ...{ x: "fraction", y: "faithfulness", r: 3 },
          fill: ({ task, circuit }) => `${task}, ${circuit}`,
        }),
      ],
    }),
  };
};
