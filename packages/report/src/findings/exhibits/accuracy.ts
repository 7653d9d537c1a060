import { differences, mean, meanInterval } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { group, rollup } from "d3-array";
import { circuitAwareRun, finalRows, planMethods, summarize } from "../../comparison.ts";
import { draw, labelMargin } from "../../figures/draw.ts";
import { asPoints } from "../../format.ts";
import { type PublishedMethod, publishedMethods } from "../published.ts";
import type { FinishedExperiment } from "../read-experiments.ts";
import {
  countText,
  distinct,
  intervalText,
  NOT_RUN,
  type PaperExhibitMaker,
  percentCell,
  textColumns,
} from "./paper-exhibit.ts";

/** The last accuracy of every run of an experiment, with its method's parameters. */
export function accuracyPoints({ name, results }: FinishedExperiment) {
  const methods = planMethods(results.stages);
  const parameters = new Map(summarize(results).map((row) => [row.method, row]));
  return finalRows(results).map(({ plan, draw, seed, step, heldOutAccuracy }) => ({
    ...{ task: name, plan, method: methods.get(plan) ?? "unknown", draw, seed, step },
    trainedParameters: parameters.get(plan)?.trainableParameters ?? null,
    parameterRatio: parameters.get(plan)?.parameterRatio ?? null,
    examples: results.examples.get(results.heldOut) ?? 0,
    accuracy: heldOutAccuracy!,
  }));
}

type AccuracyPoint = ReturnType<typeof accuracyPoints>[number];

/** The share of trained parameters; unknown for a probe whose plan the report does not read. */
const ratioText = (ratio: number | null | undefined) => (ratio ? `${(100 * ratio).toFixed(2)}%` : "unknown");

/** The main table: accuracy by task and method, with the share of trained parameters. */
export const accuracy: PaperExhibitMaker = (experiments) => {
  const points = experiments.flatMap(accuracyPoints);
  const tasks = experiments.map(({ name }) => name);
  const rows = distinct(points.map(({ plan }) => plan)).map((plan) => {
    const own = points.filter((point) => point.plan === plan);
    const cells = tasks.map((task) => percentCell(bySeed(own.filter((point) => point.task === task))));
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
      "Held-out exact match after training in percent: mean and 95% interval over seeds (draws of a seed averaged), and their number. Parameters are those trained, of all. Rows of the paper are for Pythia-1.4B; it reports no interval.",
    claims: ["improvement", "gain"],
    layout: { columns: textColumns("method", "parameters", ...tasks), rows: [...rows, ...published] },
    points,
    figure: points.length > 0 ? accuracyFigure(points) : undefined,
  };
};

type SeedAccuracy = Pick<AccuracyPoint, "seed" | "accuracy">;

/** The accuracies of seeds; of several draws with one seed the mean. */
export function bySeed(points: readonly SeedAccuracy[]): number[] {
  return [...seedMeans(points).values()];
}

function seedMeans(points: readonly SeedAccuracy[]): Map<number, number> {
  return rollup(
    points,
    (draws) => mean(draws.map(({ accuracy }) => accuracy)),
    ({ seed }) => seed,
  );
}

function publishedCell(accuracy: number | undefined): string {
  return accuracy === undefined ? "" : (100 * accuracy).toFixed(1);
}

/** Dots are seeds, ticks means, bars intervals; one panel per task. */
export function accuracyFigure(points: readonly AccuracyPoint[]): string {
  const means = [
    ...group(
      points,
      ({ task }) => task,
      ({ plan }) => plan,
    ),
  ].flatMap(([task, plans]) =>
    [...plans].map(([plan, own]) => ({ task, plan, ...meanInterval(bySeed(own)) })),
  );
  const tasks = distinct(points.map(({ task }) => task));
  const plans = distinct(points.map(({ plan }) => plan));
  const wide = means.filter(({ low, high }) => low !== null && high! > low);
  return draw(
    {
      height: 60 + tasks.length * (24 + 15 * plans.length),
      marginLeft: labelMargin(plans),
      marginRight: labelMargin(tasks),
      fy: { label: null, domain: tasks },
      x: { label: "held-out exact match (%)", percent: true, grid: true },
      y: { label: null, domain: plans },
      marks: [
        Plot.ruleY(wide, { fy: "task", y: "plan", x1: "low", x2: "high", stroke: "#777777", strokeWidth: 2 }),
        Plot.dot(points, { fy: "task", y: "plan", x: "accuracy", r: 2, fill: "#0072B2", fillOpacity: 0.6 }),
        Plot.tickX(means, { fy: "task", y: "plan", x: "mean", stroke: "#222222", strokeWidth: 2.5 }),
      ],
    },
    [
      { label: "one run", color: "#0072B2" },
      { label: "mean", color: "#222222" },
      { label: "95% interval over seeds", color: "#777777", dash: "none" },
    ],
  );
}

/** AdaLoRA against CircuitLoRA, the paper's tasks first. */
export const adalora: PaperExhibitMaker = (experiments) => {
  const { adalora, circuitLora } = publishedMethods;
  const points = experiments.flatMap((experiment) => {
    const { plans } = experiment.results;
    const circuit = circuitAwareRun(plans);
    const adaptive = plans.find(({ kind }) => kind === "adalora")?.plan;
    return accuracyPoints(experiment).flatMap(({ plan, ...point }) => {
      const compared = plan === circuit ? "CircuitLoRA" : plan === adaptive ? "AdaLoRA" : undefined;
      return compared ? [{ compared, plan, ...point }] : [];
    });
  });
  const tasks = distinct([...Object.keys(adalora.accuracy), ...experiments.map(({ name }) => name)]);
  const ours = (task: string, compared: string) =>
    points.filter((point) => point.task === task && point.compared === compared);
  const rows = tasks.map((task) => {
    const [ada, circuit] = [ours(task, "AdaLoRA"), ours(task, "CircuitLoRA")];
    const published = [adalora, circuitLora].map(
      ({ accuracy }) => (accuracy as Partial<Record<string, number>>)[task],
    );
    return [
      task,
      ...[percentCell(bySeed(ada)), percentCell(bySeed(circuit)), differenceCell(circuit, ada)],
      ...published.map(publishedCell),
      published[0] === undefined ? "" : `+${(100 * (published[1]! - published[0])).toFixed(1)}`,
    ];
  });
  return {
    id: "adalora",
    title: "AdaLoRA against CircuitLoRA",
    caption: `Held-out exact match in percent, differences in points, paired by seed. The paper: AdaLoRA with ${(100 * adalora.parameterRatio).toFixed(4)}% of the parameters trained, CircuitLoRA (16, 64) with ${(100 * circuitLora.parameterRatio).toFixed(4)}%, on Pythia-1.4B, without intervals.`,
    claims: ["gain"],
    layout: {
      columns: textColumns(
        ...["task", "AdaLoRA", "CircuitLoRA", "difference"],
        ...["AdaLoRA, paper", "CircuitLoRA, paper", "difference, paper"],
      ),
      rows,
    },
    points,
  };
};

/** The mean difference of the seeds that both have, in points. */
function differenceCell(a: readonly SeedAccuracy[], b: readonly SeedAccuracy[]): string {
  const values = differences(seedMeans(a), seedMeans(b));
  if (values.length === 0) return NOT_RUN;
  return `${intervalText(meanInterval(values), asPoints)}, ${countText(values.length)}`;
}
