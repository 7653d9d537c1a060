import * as Plot from "@observablehq/plot";
import { circuitAwareRun, finalAccuracies, summarize } from "../comparison.ts";
import { draw } from "../figures/draw.ts";
import { asPercent, asPoints } from "../format.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const MEAN = "#222222";
const INTERVAL = "#777777";
const SEED = "#0072B2";
/** Margin around the outermost values, as a fraction: equal values still have an axis. */
const MARGIN = 0.01;

/** The comparison of methods at the end of training. */
export const methods: ExhibitMaker = (results) => {
  const rows = summarize(results).map((row) => ({
    ...row,
    lowAccuracy: row.lowAccuracy === null ? null : Math.max(0, row.lowAccuracy),
    highAccuracy: row.highAccuracy === null ? null : Math.min(1, row.highAccuracy),
  }));
  if (rows.length === 0) return undefined;
  const crossed = rows.some(({ examples }) => examples !== null);
  const reference = circuitAwareRun(results.plans);
  const accuracies = finalAccuracies(results);
  const seeds = rows.flatMap(({ method }) =>
    [...accuracies.get(method)!].map(([seed, accuracy]) => ({ method, seed, accuracy })),
  );
  const intervals = rows.filter(({ lowAccuracy, highAccuracy }) => lowAccuracy! < highAccuracy!);
  const values = [
    ...seeds.map(({ accuracy }) => accuracy),
    ...intervals.flatMap(({ lowAccuracy, highAccuracy }) => [lowAccuracy!, highAccuracy!]),
  ];
  const domain = [100 * (Math.min(...values) - MARGIN), 100 * (Math.max(...values) + MARGIN)];
  return {
    id: "methods",
    title: "Methods compared",
    caption: `Held-out exact match after training: dots are seeds, bars their mean with its 95% t interval over seeds${crossed ? " and, where their number is given, held-out examples" : ""} (none for one seed, or without spread).${reference ? ` Differences to ${reference} are paired by seed, in points.` : ""}`,
    figure: draw(
      {
        height: 80 + 44 * rows.length,
        marginLeft: 150,
        x: { label: "held-out exact match (%)", percent: true, domain, grid: true },
        y: { label: null, domain: rows.map(({ method }) => method) },
        marks: [
          Plot.ruleY(intervals, {
            y: "method",
            x1: "lowAccuracy",
            x2: "highAccuracy",
            strokeWidth: 2,
            stroke: INTERVAL,
          }),
          Plot.dot(seeds, { y: "method", x: "accuracy", r: 2.5, fill: SEED, fillOpacity: 0.6 }),
          Plot.tickX(rows, {
            y: "method",
            x: "meanAccuracy",
            stroke: MEAN,
            strokeWidth: 3,
            insetTop: 9,
            insetBottom: 9,
          }),
        ],
      },
      [
        { label: "one seed", color: SEED },
        { label: "mean", color: MEAN },
        { label: `95% interval over seeds${crossed ? " and examples" : ""}`, color: INTERVAL, dash: "none" },
      ],
    ),
    columns: [
      { name: "method" },
      { name: "seeds" },
      { name: "examples" },
      { name: "trainableParameters", label: "trained parameters" },
      { name: "parameterRatio", label: "of all", format: (value) => `${(100 * value).toFixed(3)}%` },
      { name: "meanAccuracy", format: (value) => `${(100 * value).toFixed(2)}%` },
      { name: "lowAccuracy", label: "low", format: asPercent },
      { name: "highAccuracy", label: "high", format: asPercent },
      { name: "difference", label: "difference (points)", format: asPoints },
      { name: "lowDifference", label: "low", format: asPoints },
      { name: "highDifference", label: "high", format: asPoints },
    ],
    rows: rows.map((row) => [
      row.method,
      row.seeds,
      row.examples,
      row.trainableParameters,
      row.parameterRatio,
      row.meanAccuracy,
      row.lowAccuracy,
      row.highAccuracy,
      row.difference,
      row.lowDifference,
      row.highDifference,
    ]),
    bySeed: {
      columns: [{ name: "method" }, { name: "seed" }, { name: "accuracy" }],
      rows: seeds.map(({ method, seed, accuracy }) => [method, seed, accuracy]),
    },
  };
};
