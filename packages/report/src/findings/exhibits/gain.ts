import * as Plot from "@observablehq/plot";
import { countText, distinct, intervalText, NOT_RUN, textColumns } from "../../cells.ts";
import { PAPER_GAIN } from "../../claims/gain.ts";
import { decides } from "../../claims/judge.ts";
import { draw, labelMargin } from "../../figures/draw.ts";
import { asPoints } from "../../format.ts";
import type { ClaimFinding } from "../judge-tasks.ts";
import { tasksOf } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

const POOLED = "pooled";

/** Every seed's difference with the contrast's mean and interval; then every pooled contrast, which has no seeds. */
function pointsOf(found: ClaimFinding | undefined) {
  const own = (found?.tasks ?? []).flatMap(({ experiment, finding }) =>
    finding.contrasts.flatMap(({ name, against = null, values, seeds, estimate, ...contrast }) =>
      values.map((difference, i) => ({
        ...{ task: experiment, contrast: name, against, decides: decides(contrast) },
        ...{ seed: seeds?.[i] ?? null, difference, ...endsOf(estimate) },
      })),
    ),
  );
  const pooled = (found?.pooled ?? []).map(({ name, against = null, estimate, ...contrast }) => ({
    ...{ task: POOLED, contrast: name, against, decides: decides(contrast) },
    ...{ seed: null, difference: null, ...endsOf(estimate) },
  }));
  return [...own, ...pooled];
}

function endsOf({ mean, low, high }: { mean: number; low: number | null; high: number | null }) {
  return { meanDifference: mean, lowDifference: low, highDifference: high };
}

type GainPoint = ReturnType<typeof pointsOf>[number];

/** What CircuitLoRA gains over each other plan, by task and pooled. */
export const gainByTask: PaperExhibitMaker = (experiments, findings) => {
  const found = findings.find(({ claim }) => claim.id === "gain");
  const tasks = tasksOf(experiments);
  const contrasts = (found?.tasks ?? []).flatMap(({ experiment, finding }) =>
    finding.contrasts.map((contrast) => ({ task: tasks.get(experiment) ?? experiment, contrast })),
  );
  const columns = distinct(tasks.values());
  const names = distinct(contrasts.map(({ contrast }) => contrast.name));
  const points = pointsOf(found);
  const cell = (task: string, name: string) => {
    const own = contrasts.find((one) => one.task === task && one.contrast.name === name)?.contrast;
    if (!own) return NOT_RUN;
    return `${intervalText(own.estimate, asPoints)}, ${countText(own.estimate.seeds)}`;
  };
  const pooledCell = (name: string) => {
    const pooled = found?.pooled.find((one) => one.name === name);
    if (!pooled) return NOT_RUN;
    return `${intervalText(pooled.estimate, asPoints)}, ${pooled.tasks.length}\u00a0tasks`;
  };
  return {
    id: "gain",
    title: "Gain of CircuitLoRA by task",
    caption: `Held-out exact match of CircuitLoRA minus that of another plan, in points, paired by seed: mean, 95% interval over seeds and examples, and number of pairs; pooled over the tasks that decide the claim (over all if none can), every task counting the same. The figure has the contrasts that decide. The paper's average gain over LoRA is ${asPoints(PAPER_GAIN)} points.`,
    claims: ["gain"],
    layout: {
      columns: textColumns("contrast", ...columns, POOLED),
      rows: names.map((name) => [name, ...columns.map((task) => cell(task, name)), pooledCell(name)]),
    },
    points,
    figure: points.some((point) => point.decides) ? gainFigure(points) : undefined,
  };
};

/** A forest plot of the deciding contrasts: a column for each plan compared with, a row per experiment, diamonds for pooled ones. */
export function gainFigure(all: readonly GainPoint[]): string {
  const points = all.filter((point) => point.decides);
  const own = points.filter(({ task }) => task !== POOLED);
  const rowOf = ({ task, contrast }: GainPoint) =>
    task === POOLED ? `${POOLED}, ${contrast.split(" minus ")[0]}` : task;
  const columnOf = ({ contrast, against }: GainPoint) => `minus ${against ?? contrast.split(" minus ")[1]}`;
  const means = [...new Map(points.map((point) => [`${rowOf(point)} ${point.contrast}`, point])).values()];
  const wide = means.filter(({ lowDifference: low, highDifference: high }) => low !== null && high! > low);
  const rows = distinct([...own, ...points].map(rowOf));
  const position = { y: rowOf, fx: columnOf } as const;
  const isPooled = ({ task }: GainPoint) => task === POOLED;
  return draw(
    {
      height: 90 + 22 * rows.length,
      marginLeft: labelMargin(rows),
      fx: { label: null, domain: distinct(points.map(columnOf)) },
      x: { label: "difference (points)", percent: true, grid: true, nice: true, ticks: 5 },
      y: { label: null, domain: rows },
      marks: [
        Plot.ruleX([0], { stroke: "#222222" }),
        Plot.ruleX([PAPER_GAIN], { stroke: "#D55E00", strokeDasharray: "4 4" }),
        Plot.ruleY(wide, {
          ...{ ...position, x1: "lowDifference", x2: "highDifference", stroke: "#777777", strokeWidth: 2 },
        }),
        Plot.dot(own, { ...position, x: "difference", r: 1.5, fill: "#56B4E9" }),
        Plot.dot(means, {
          ...{ ...position, x: "meanDifference", r: 4.5 },
          symbol: (point: GainPoint) => (isPooled(point) ? "diamond" : "circle"),
          fill: (point: GainPoint) => (isPooled(point) ? "#222222" : "#0072B2"),
        }),
      ],
    },
    [
      { label: "one seed", color: "#56B4E9" },
      { label: "mean over seeds", color: "#0072B2" },
      { label: "95% interval over seeds and examples", color: "#777777", dash: "none" },
      { label: "pooled over tasks", color: "#222222" },
      { label: "the paper's gain", color: "#D55E00", dash: "4 4" },
    ],
  );
}
