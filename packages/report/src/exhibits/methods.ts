import * as Plot from "@observablehq/plot";
import { circuitAwareRun, finalAccuracies, summarize } from "../comparison.ts";
import { draw } from "../figures/draw.ts";
import { asPercent, type ExhibitMaker } from "./exhibit.ts";

const points = (value: number) => `${value >= 0 ? "+" : ""}${(100 * value).toFixed(2)}`;

/** The comparison of methods at the end of training. */
export const methods: ExhibitMaker = (results) => {
  const rows = summarize(results).filter(({ seeds }) => seeds > 0);
  if (rows.length === 0) return undefined;
  const reference = circuitAwareRun(results.plans);
  const single = [...finalAccuracies(results)].flatMap(([method, seeds]) =>
    [...seeds.values()].map((accuracy) => ({ method, accuracy })),
  );
  const shown = rows.map(({ method }) => method);
  return {
    id: "methods",
    title: "Methods compared",
    caption: `Held-out exact match after training: dots are seeds, bars their mean with its 95% t interval.${reference ? ` Differences are to ${reference}, paired by seed, in points.` : ""}`,
    figure: draw({
      height: 80 + 44 * rows.length,
      marginLeft: 150,
      x: { label: "held-out exact match (%)", percent: true, grid: true },
      y: { label: null, domain: shown },
      marks: [
        Plot.ruleY(rows, {
          y: "method",
          x1: "lowAccuracy",
          x2: "highAccuracy",
          strokeWidth: 2,
          stroke: "#555",
        }),
        Plot.dot(
          single.filter(({ method }) => shown.includes(method)),
          { y: "method", x: "accuracy", r: 2.5, fill: "#0072B2", fillOpacity: 0.6 },
        ),
        Plot.tickX(rows, { y: "method", x: "meanAccuracy", strokeWidth: 3, insetTop: 9, insetBottom: 9 }),
      ],
    }),
    columns: [
      { name: "method" },
      { name: "seeds" },
      { name: "trained parameters" },
      { name: "of all", format: (value) => `${(100 * value).toFixed(3)}%` },
      { name: "mean accuracy", format: (value) => `${(100 * value).toFixed(2)}%` },
      { name: "low", format: asPercent },
      { name: "high", format: asPercent },
      { name: "difference", format: points },
      { name: "low difference", format: points },
      { name: "high difference", format: points },
    ],
    rows: rows.map((row) => [
      row.method,
      row.seeds,
      row.trainableParameters,
      row.parameterRatio,
      row.meanAccuracy,
      row.lowAccuracy,
      row.highAccuracy,
      row.difference,
      row.lowDifference,
      row.highDifference,
    ]),
  };
};
