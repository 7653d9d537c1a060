import * as Plot from "@observablehq/plot";
import { countText, distinct, intervalText, NOT_RUN, percentText, textColumns } from "../../cells.ts";
import {
  circuitAwareRun,
  differencesOf,
  finalResults,
  finalRows,
  planMethods,
  summarize,
  valuesOf,
} from "../../comparison.ts";
import { draw, labelMargin } from "../../figures/draw.ts";
import { inPanel, panels } from "../../figures/panels.ts";
import { asPoints } from "../../format.ts";
import { intervalOf, shareInterval } from "../../seed-values.ts";
import { type PublishedMethod, publishedMethods } from "../published.ts";
import { type FinishedExperiment, tasksOf } from "../read-experiments.ts";
import type { PaperExhibitMaker } from "./paper-exhibit.ts";

/**
 * The last accuracy of every run, with its method's parameters, mean and interval over seeds and, if their answers are known,
 * examples. Runs that several experiments share are there once.
 */
export function accuracyPoints(experiments: readonly FinishedExperiment[]) {
  const tasks = tasksOf(experiments);
  const seen = new Set<string>();
  return experiments
    .flatMap((experiment) => pointsOf(experiment, tasks.get(experiment.name)!))
    .filter(({ task, plan, draw, seed, accuracy }) => {
      const key = JSON.stringify([task, plan, draw, seed, accuracy]);
      return !seen.has(key) && seen.add(key);
    });
}

function pointsOf({ name, results }: FinishedExperiment, task: string) {
  const methods = planMethods(results.stages);
  const parameters = new Map(summarize(results).map((row) => [row.method, row]));
  const estimates = new Map(
    [...finalResults(results)].map(([plan, method]) => [plan, shareInterval(valuesOf(method))]),
  );
  return finalRows(results).map(({ plan, draw, seed, step, heldOutAccuracy }) => {
    const { mean, low, high } = estimates.get(plan)!;
    return {
      ...{ task, experiment: name, plan, method: methods.get(plan) ?? "unknown", draw, seed, step },
      trainedParameters: parameters.get(plan)?.trainableParameters ?? null,
      parameterRatio: parameters.get(plan)?.parameterRatio ?? null,
      examples: results.examples.get(results.heldOut) ?? 0,
      ...{ accuracy: heldOutAccuracy!, meanAccuracy: mean, lowAccuracy: low, highAccuracy: high },
    };
  });
}

type AccuracyPoint = ReturnType<typeof accuracyPoints>[number];

/** The mean of a plan's runs with its interval and the number of seeds. @param runs of one plan */
export function accuracyCell(runs: readonly AccuracyPoint[]): string {
  const [first] = runs;
  if (!first) return NOT_RUN;
  const { meanAccuracy: mean, lowAccuracy: low, highAccuracy: high } = first;
  const seeds = distinct(runs.map(({ seed }) => seed)).length;
  return `${intervalText({ mean, low, high }, percentText)}, ${countText(seeds)}`;
}

/** The share of trained parameters; unknown for a probe whose plan the report does not read. */
const ratioText = (ratio: number | null | undefined) => (ratio ? `${(100 * ratio).toFixed(2)}%` : "unknown");

/** The main table: accuracy by task and method, with the share of trained parameters. */
export const accuracy: PaperExhibitMaker = (experiments) => {
  const points = accuracyPoints(experiments);
  const tasks = distinct(tasksOf(experiments).values());
  const rows = distinct(points.map(({ plan }) => plan)).map((plan) => {
    const own = points.filter((point) => point.plan === plan);
    const cells = tasks.map((task) => accuracyCell(own.filter((point) => point.task === task)));
    return [plan, ratioText(own.find(({ parameterRatio }) => parameterRatio)?.parameterRatio), ...cells];
  });
  const published = Object.values(publishedMethods).map(
    ({ method, parameterRatio, accuracy }: PublishedMethod) => [
      method,
      `${(100 * parameterRatio).toFixed(4)}%`,
      ...tasks.map((task) => publishedCell(accuracy[task])),
    ],
  );
  return {
    id: "accuracy",
    title: "Accuracy by task and method",
    caption:
      "Held-out exact match after training in percent: mean and 95% interval over seeds and held-out examples (draws of a seed averaged), and the number of seeds; dots are runs. Plans of experiments that extend a task are in the task's column. Parameters are those trained, of all. Rows of the paper are for Pythia-1.4B; it reports no interval.",
    claims: ["improvement", "gain"],
    layout: { columns: textColumns("method", "parameters", ...tasks), rows: [...rows, ...published] },
    points,
    figure: points.length > 0 ? accuracyFigure(points) : undefined,
  };
};

function publishedCell(accuracy: number | undefined): string {
  return accuracy === undefined ? "" : (100 * accuracy).toFixed(1);
}

/** Dots are runs, ticks means, bars intervals; one panel per task. */
export function accuracyFigure(points: readonly AccuracyPoint[]): string {
  const panel = panels(distinct(points.map(({ task }) => task)));
  const plans = distinct(points.map(({ plan }) => plan));
  const means = [...new Map(points.map((point) => [`${point.task} ${point.plan}`, point])).values()];
  const wide = means.filter(
    ({ lowAccuracy, highAccuracy }) => lowAccuracy !== null && highAccuracy! > lowAccuracy,
  );
  const position = { ...inPanel(panel), y: "plan" } as const;
  return draw(
    {
      ...panel.options,
      height: 70 + panel.rows * (26 + 13 * plans.length),
      marginTop: 26,
      marginLeft: labelMargin(plans),
      x: { label: "held-out exact match (%)", percent: true, grid: true, nice: true, ticks: 5 },
      y: { label: null, domain: plans },
      marks: [
        panel.labels,
        Plot.ruleY(wide, {
          ...{ ...position, x1: "lowAccuracy", x2: "highAccuracy", stroke: "#777777", strokeWidth: 2 },
        }),
        Plot.dot(points, { ...position, x: "accuracy", r: 2, fill: "#0072B2", fillOpacity: 0.6 }),
        Plot.tickX(means, { ...position, x: "meanAccuracy", stroke: "#222222", strokeWidth: 2.5 }),
      ],
    },
    [
      { label: "one run", color: "#0072B2" },
      { label: "mean", color: "#222222" },
      { label: "95% interval over seeds and examples", color: "#777777", dash: "none" },
    ],
  );
}

/** AdaLoRA against CircuitLoRA, the paper's tasks first. */
export const adalora: PaperExhibitMaker = (experiments) => {
  const { adalora, circuitLora } = publishedMethods;
  const compared = experiments.flatMap((experiment) => {
    const { name, results } = experiment;
    const circuit = circuitAwareRun(results.plans);
    const adaptive = results.plans.find(({ kind }) => kind === "adalora")?.plan;
    const found = finalResults(results);
    const [own, other] = [found.get(circuit ?? ""), found.get(adaptive ?? "")];
    const difference = own && other ? differencesOf(own, other) : undefined;
    const points = pointsOf(experiment, name).flatMap(({ plan, ...point }) => {
      const compared = plan === circuit ? "CircuitLoRA" : plan === adaptive ? "AdaLoRA" : undefined;
      return compared ? [{ compared, plan, ...point }] : [];
    });
    return [{ name, points, difference }];
  });
  const tasks = distinct([...Object.keys(adalora.accuracy), ...experiments.map(({ name }) => name)]);
  const rows = tasks.map((task) => {
    const { points = [], difference } = compared.find(({ name }) => name === task) ?? {};
    const cell = (method: string) => accuracyCell(points.filter((point) => point.compared === method));
    const published = [adalora, circuitLora].map(
      ({ accuracy }) => (accuracy as Partial<Record<string, number>>)[task],
    );
    return [
      ...[task, cell("AdaLoRA"), cell("CircuitLoRA")],
      difference && difference.values.length > 0
        ? `${intervalText(intervalOf(difference), asPoints)}, ${countText(difference.values.length)}`
        : NOT_RUN,
      ...published.map(publishedCell),
      published[0] === undefined ? "" : `+${(100 * (published[1]! - published[0])).toFixed(1)}`,
    ];
  });
  return {
    id: "adalora",
    title: "AdaLoRA against CircuitLoRA",
    caption: `Held-out exact match in percent, differences in points, paired by seed, with 95% intervals over seeds and examples. The paper: AdaLoRA with ${(100 * adalora.parameterRatio).toFixed(4)}% of the parameters trained, CircuitLoRA (16, 64) with ${(100 * circuitLora.parameterRatio).toFixed(4)}%, on Pythia-1.4B, without intervals.`,
    claims: ["gain"],
    layout: {
      columns: textColumns(
        ...["task", "AdaLoRA", "CircuitLoRA", "difference"],
        ...["AdaLoRA, paper", "CircuitLoRA, paper", "difference, paper"],
      ),
      rows,
    },
    points: compared.flatMap(({ points }) => points),
  };
};
