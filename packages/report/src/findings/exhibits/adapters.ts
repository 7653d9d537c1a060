import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { group, rollups } from "d3-array";
import { distinct, textColumns } from "../../cells.ts";
import { allCircuits, circuitRuns } from "../../circuit-runs.ts";
import { adapterText, RUN_COLUMNS, runCells } from "../../exhibits/adapters.ts";
import { draw, labelMargin } from "../../figures/draw.ts";
import { type FinishedExperiment, withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/** The runs of experiments that have circuits of several plans. */
function runsOf(experiments: readonly FinishedExperiment[]) {
  return withOwnCircuits(experiments).flatMap(({ name, results }) => {
    const runs = circuitRuns(allCircuits(results));
    return distinct(runs.map(({ plan }) => plan)).length < 2 ? [] : [{ name, results, runs }];
  });
}

function pointsOf({ name, results, runs }: ReturnType<typeof runsOf>[number]) {
  return runs.map(
    ({ plan, draw, seed, checkpoints, whole, consecutive, first, last, leastFaithfulness }) => ({
      ...{
        task: name,
        plan,
        adapter: adapterText(results, plan),
        draw,
        seed,
        checkpoints,
        lastStep: last.step,
      },
      ...{ nodeChange: whole?.nodes ?? null, edgeChange: whole?.edges ?? null },
      ...{ consecutiveNodes: consecutive?.nodes ?? null, consecutiveEdges: consecutive?.edges ?? null },
      ...{ faithfulnessBefore: first.faithfulness, faithfulnessAfter: last.faithfulness, leastFaithfulness },
      ...{ circuitAccuracy: last.circuitAccuracy, modelAccuracy: last.modelAccuracy },
    }),
  );
}

type AdapterPoint = ReturnType<typeof pointsOf>[number];

/** Circuits by kind of adapter: what changes, and how faithful they are. */
export const adapters: PaperExhibitMaker = (experiments) => {
  const found = runsOf(experiments);
  if (found.length === 0) return undefined;
  const points = found.flatMap(pointsOf);
  return {
    id: "adapters",
    title: "Circuits by kind of adapter",
    caption:
      "Circuits of the probe and of runs with other adapters, in percent, means with 95% intervals over runs: nodes and edges added or removed from the first checkpoint to the last, over their number at the first, with the ratio of the means; faithfulness before and after training, and the least at any checkpoint of any run; what circuit and model answer after training. The base model's circuit is the same in all runs, so it counts once. The CSV also has the change from checkpoint to checkpoint, which depends on their spacing.",
    claims: ["change", "faithful"],
    layout: {
      columns: textColumns("task", ...RUN_COLUMNS),
      rows: found.flatMap(({ name, results, runs }) =>
        [...group(runs, ({ plan }) => plan)].map(([plan, own]) => [
          ...[name, plan, adapterText(results, plan)],
          ...runCells(own),
        ]),
      ),
    },
    points,
    figure: adaptersFigure(points),
  };
};

const SERIES = { "nodes changed": "#777777", "edges changed": "#D55E00", faithfulness: "#0072B2" } as const;

/** One column per plan, one row per task: dots are runs, ticks means. */
export function adaptersFigure(points: readonly AdapterPoint[]): string {
  const tasks = distinct(points.map(({ task }) => task));
  const marks = points.flatMap(({ task, plan, ...point }) => {
    const mark = (what: keyof typeof SERIES, value: number | null) =>
      value === null ? [] : [{ task, plan, what, value }];
    return [
      ...mark("nodes changed", point.nodeChange),
      ...mark("edges changed", point.edgeChange),
      ...mark("faithfulness", point.faithfulnessAfter),
    ];
  });
  const means = rollups(
    marks,
    (own) => ({ ...own[0]!, value: mean(own.map(({ value }) => value)) }),
    ({ task, plan, what }) => JSON.stringify([task, plan, what]),
  ).map(([, one]) => one);
  const position = { x: "value", y: "task", fx: "plan" } as const;
  return draw({
    height: 90 + 24 * tasks.length,
    marginLeft: labelMargin(tasks),
    color: { legend: true, domain: Object.keys(SERIES), range: Object.values(SERIES) },
    fx: { label: null, domain: distinct(points.map(({ plan }) => plan)) },
    x: {
      label: "from the first checkpoint to the last; faithfulness after (%)",
      percent: true,
      grid: true,
      zero: true,
      ticks: 4,
    },
    y: { label: null, domain: tasks },
    marks: [
      Plot.dot(marks, { ...position, fill: "what", r: 2, fillOpacity: 0.7 }),
      Plot.tickX(means, { ...position, stroke: "what", strokeWidth: 2.5, insetTop: 3, insetBottom: 3 }),
    ],
  });
}
