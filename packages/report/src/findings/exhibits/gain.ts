import { meanInterval } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { PAPER_GAIN } from "../../claims/gain.ts";
import { draw } from "../../figures/draw.ts";
import { asPoints } from "../../format.ts";
import { estimateText } from "../../page/verdicts.tsx";
import { distinct, NOT_RUN, type PaperExhibitMaker, textColumns } from "./paper-exhibit.ts";

const POOLED = "all tasks, pooled";

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
    return `${estimateText(own.estimate, own.unit).replace(" points", "")}, n = ${own.estimate.seeds}`;
  };
  const pooledCell = (name: string) => {
    const pooled = found?.pooled.find((one) => one.name === name);
    if (!pooled) return NOT_RUN;
    return `${estimateText(pooled.estimate, pooled.unit).replace(" points", "")}, ${pooled.tasks.length} tasks`;
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
  const rows = contrasts.flatMap((against) =>
    tasks.flatMap((task): GainRow[] => {
      const values = points.filter((point) => point.contrast === against && point.task === task);
      if (values.length === 0) return [];
      return [{ task, against, ...meanInterval(values.map(({ difference }) => difference)) }];
    }),
  );
  const means = contrasts.map((against) => {
    const own = rows.filter((row) => row.against === against);
    return { task: POOLED, against, mean: own.reduce((sum, row) => sum + row.mean, 0) / own.length };
  });
  const wide = rows.filter(({ low, high }) => low !== null && high! > low);
  const shared = { x: (row: { mean: number }) => 100 * row.mean, y: "task", fy: "against" } as const;
  return draw(
    {
      height: 60 + contrasts.length * (30 + 18 * (tasks.length + 1)),
      marginLeft: 130,
      marginRight: 240,
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
        Plot.dot(rows, { ...shared, fill: "#0072B2", r: 3.5 }),
        Plot.dot(means, { ...shared, fill: "#222222", symbol: "diamond", r: 5 }),
      ],
    },
    [
      { label: "mean over seeds", color: "#0072B2" },
      { label: "95% interval", color: "#777777", dash: "none" },
      { label: "mean over tasks", color: "#222222" },
      { label: "the paper's gain", color: "#D55E00", dash: "4 4" },
    ],
  );
}
