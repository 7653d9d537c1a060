import { type Interval, mean, meanInterval, poolTasks } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { PAPER_GAIN } from "../../claims/gain.ts";
import { draw, labelMargin } from "../../figures/draw.ts";
import { asPoints } from "../../format.ts";
import {
  countText,
  distinct,
  intervalText,
  NOT_RUN,
  type PaperExhibitMaker,
  textColumns,
} from "./paper-exhibit.ts";

const POOLED = "all tasks";

interface GainRow {
  task: string;
  against: string;
  mean: number;
  low: number | null;
  high: number | null;
}

/** What CircuitLoRA gains over each other plan, by task and pooled. */
export const gainByTask: PaperExhibitMaker = (experiments, findings) => {
  const found = findings.find(({ claim }) => claim.id === "gain");
  const contrasts = (found?.tasks ?? []).flatMap(({ experiment, finding }) =>
    finding.contrasts.map((contrast) => ({ task: experiment, contrast })),
  );
  const names = distinct([...contrasts.map(({ contrast }) => contrast.name)]);
  const points = contrasts.flatMap(({ task, contrast }) =>
    contrast.values.map((difference, index) => ({
      task,
      contrast: contrast.name,
      index: index + 1,
      difference,
    })),
  );
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
    caption: `Held-out exact match of CircuitLoRA minus that of another plan, in points, paired by seed: mean, 95% interval and number of pairs; pooled over the tasks in which rank limits accuracy (over all if there are none), every task counting the same. The paper's average gain over LoRA is ${asPoints(PAPER_GAIN)} points.`,
    claims: ["gain"],
    layout: {
      columns: textColumns("contrast", ...experiments.map(({ name }) => name), "pooled"),
      rows: names.map((name) => [
        name,
        ...experiments.map((experiment) => cell(experiment.name, name)),
        pooledCell(name),
      ]),
    },
    points,
    figure: points.length > 0 ? gainFigure(points) : undefined,
  };
};

/** A forest plot: one panel per contrast, a row per task, and the mean of the tasks' means as a diamond. */
export function gainFigure(
  points: readonly { task: string; contrast: string; difference: number }[],
): string {
  const contrasts = distinct(points.map(({ contrast }) => contrast));
  const tasks = distinct(points.map(({ task }) => task));
  const rows = contrasts.flatMap((against): GainRow[] => {
    const byTask = tasks
      .map((task) => ({ task, values: valuesOf(points, against, task) }))
      .filter(({ values }) => values.length > 0);
    return [
      ...byTask.map(({ task, values }) => ({ task, against, ...meanInterval(values) })),
      { task: POOLED, against, ...pooledInterval(byTask.map(({ values }) => values)) },
    ];
  });
  const wide = rows.filter(({ low, high }) => low !== null && high! > low);
  const shared = { x: (row: { mean: number }) => 100 * row.mean, y: "task", fy: "against" } as const;
  return draw(
    {
      height: 60 + contrasts.length * (30 + 18 * (tasks.length + 1)),
      marginLeft: labelMargin([...tasks, POOLED]),
      marginRight: labelMargin(contrasts),
      fy: { label: null, domain: contrasts },
      x: { label: "difference (points)", grid: true },
      y: { label: null, domain: [...tasks, POOLED] },
      marks: [
        Plot.ruleX([0], { stroke: "#222222" }),
        Plot.ruleX([100 * PAPER_GAIN], { stroke: "#D55E00", strokeDasharray: "4 4" }),
        Plot.ruleY(wide, {
          ...{ y: "task", fy: "against", stroke: "#777777", strokeWidth: 2 },
          x1: ({ low }) => 100 * low!,
          x2: ({ high }) => 100 * high!,
        }),
        Plot.dot(rows, {
          ...{ ...shared, r: 4.5, symbol: ({ task }: GainRow) => (task === POOLED ? "diamond" : "circle") },
          fill: ({ task }: GainRow) => (task === POOLED ? "#222222" : "#0072B2"),
        }),
      ],
    },
    [
      { label: "mean over seeds", color: "#0072B2" },
      { label: "95% interval", color: "#777777", dash: "none" },
      { label: "mean over tasks, each counting the same", color: "#222222" },
      { label: "the paper's gain", color: "#D55E00", dash: "4 4" },
    ],
  );
}

function valuesOf(points: Parameters<typeof gainFigure>[0], contrast: string, task: string): number[] {
  return points
    .filter((point) => point.contrast === contrast && point.task === task)
    .map(({ difference }) => difference);
}

/** The mean of the tasks' means; its interval if every task has two seeds and one has spread. */
function pooledInterval(tasks: readonly (readonly number[])[]): Interval {
  const isSpread = tasks.some((values) => values.some((value) => value !== values[0]));
  if (isSpread && tasks.every((values) => values.length > 1)) {
    const { mean, low, high } = poolTasks(tasks);
    return { mean, low, high };
  }
  return { mean: mean(tasks.map(mean)), low: null, high: null };
}
