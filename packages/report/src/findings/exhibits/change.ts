import { describeRun } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { greatest, group } from "d3-array";
import { countText, distinct, NOT_RUN, percentCell, percentText, textColumns } from "../../cells.ts";
import { draw } from "../../figures/draw.ts";
import { inPanel, panels, updatesAxis } from "../../figures/panels.ts";
import { type FloorKind, fineTuning, floorOf } from "../../noise.ts";
import { publishedChange } from "../published.ts";
import { type FinishedExperiment, withOwnCircuits } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

function pointsOf({ name, results: { changes } }: FinishedExperiment) {
  return changes.map(({ plan, draw, seed, reference, fromStep, toStep, ...row }) => ({
    ...{ task: name, plan, draw, seed, reference, fromStep, toStep },
    ...{ nodesAdded: row.nodesAdded, nodesRemoved: row.nodesRemoved, nodesAfter: row.nodesAfter },
    ...{ edgesAdded: row.edgesAdded, edgesRemoved: row.edgesRemoved, edgesAfter: row.edgesAfter },
    ...{ nodeChangeRate: row.nodeChangeRate, edgeChangeRate: row.edgeChangeRate },
  }));
}

type ChangePoint = ReturnType<typeof pointsOf>[number];

/** Change rates of nodes and edges by task, against the noise floor. */
export const change: PaperExhibitMaker = (all) => {
  const experiments = withOwnCircuits(all);
  const points = experiments.flatMap(pointsOf);
  const rows = experiments.flatMap((experiment) => {
    const own = points.filter(({ task }) => task === experiment.name);
    if (own.length === 0) return [[experiment.name, ...Array<string>(9).fill(NOT_RUN)]];
    return [...group(own, ({ plan }) => plan)].map(([plan, rows]) => {
      const runs = [...group(rows, describeRun).values()];
      const consecutive = runs.map((run) => run.filter(({ reference }) => reference === "previous"));
      const ends = runs.flatMap(
        (run) =>
          greatest(
            run.filter(({ reference }) => reference === "first"),
            ({ toStep }) => toStep,
          ) ?? [],
      );
      return [
        experiment.name,
        plan,
        ...rateCells(consecutive.filter((run) => run.length > 0)),
        ...rateCells(ends.map((row) => [row])),
        ...(["halves", "seeds"] as const).map((kind) => floorCell(experiment, plan, kind)),
      ];
    });
  });
  const { task, nodes, edges } = publishedChange;
  const published = [`${task}, paper`, "lora-2", "", "", "", percentText(nodes), percentText(edges)];
  return {
    id: "change",
    title: "Change of nodes and edges",
    caption:
      "Nodes and edges added or removed, over their number at checkpoint 0, in percent: mean over checkpoints and 95% interval over runs, from checkpoint to checkpoint, which depends on their spacing, and from the first to the last; and the ratio of the means. Noise floors (nodes / edges): between circuits of halves of the examples, and of two seeds at the same step. The paper reports edges to change two to four times as fast; its row is measured on the authors' circuit files of one run.",
    claims: ["change"],
    layout: {
      columns: textColumns(
        ...["task", "plan", "nodes", "edges", "ratio"],
        ...["nodes, first to last", "edges, first to last", "ratio, first to last"],
        ...["floor of halves", "floor of seeds"],
      ),
      rows: [...rows, [...published, (edges / nodes).toFixed(1), "", ""]],
    },
    points,
    figure: points.length > 0 ? changeFigure(points) : undefined,
  };
};

/** Node change, edge change and their ratio. @param runs the changes of each run */
function rateCells(runs: readonly (readonly ChangePoint[])[]): string[] {
  const of = (rate: (row: ChangePoint) => number) => runs.map((run) => mean(run.map(rate)));
  const [nodes, edges] = [of((row) => row.nodeChangeRate), of((row) => row.edgeChangeRate)];
  const ratio = mean(edges) / mean(nodes);
  return [percentCell(nodes), percentCell(edges), Number.isFinite(ratio) ? ratio.toFixed(1) : NOT_RUN];
}

/** The mean floor of a plan's runs, nodes and edges. */
function floorCell({ results }: FinishedExperiment, plan: string, kind: FloorKind): string {
  const floors = fineTuning(results.comparisons)
    .filter((run) => run.plan === plan)
    .flatMap((run) => floorOf(results.comparisons, kind, run) ?? []);
  if (floors.length === 0) return NOT_RUN;
  const of = (what: "nodes" | "edges") => percentText(mean(floors.map((floor) => floor[what])));
  return `${of("nodes")} / ${of("edges")}, ${countText(floors.length)}`;
}

/** One panel per task, updates on a scale of roots, as checkpoints are denser at the start; solid lines since the previous checkpoint, dashed ones since the first. */
export function changeFigure(points: readonly ChangePoint[]): string {
  const panel = panels(distinct(points.map(({ task }) => task)));
  const lines = points.flatMap((point) => [
    { ...point, what: "nodes", value: point.nodeChangeRate },
    { ...point, what: "edges", value: point.edgeChangeRate },
  ]);
  const dashes = { previous: "none", first: "4 4" } as const;
  return draw(
    {
      ...panel.options,
      height: 70 + 150 * panel.rows,
      marginTop: 26,
      color: { legend: true, domain: ["nodes", "edges"], range: ["#777777", "#D55E00"] },
      x: updatesAxis(Math.max(...points.map(({ toStep }) => toStep))),
      y: { label: "change rate (%)", percent: true, grid: true, zero: true, nice: true },
      marks: [
        panel.labels,
        ...(["previous", "first"] as const).flatMap((reference) => {
          const own = lines.filter((line) => line.reference === reference);
          const position = { x: "toStep", y: "value", ...inPanel(panel) } as const;
          return [
            Plot.lineY(own, {
              ...position,
              z: (line) => `${describeRun(line)} ${line.what}`,
              stroke: "what",
              strokeDasharray: dashes[reference],
            }),
            Plot.dot(own, { ...position, fill: "what", r: 2 }),
          ];
        }),
      ],
    },
    [
      { label: "since the previous checkpoint", color: "#555555", dash: dashes.previous },
      { label: "since the first", color: "#555555", dash: dashes.first },
    ],
  );
}
