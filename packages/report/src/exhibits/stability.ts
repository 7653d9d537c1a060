import type { ComparisonRow } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { draw, SERIES } from "../figures/draw.ts";
import { baseOnce, modelOfRow } from "../noise.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const NAMES: Partial<Record<ComparisonRow["kind"], string>> = {
  halves: "halves",
  splits: "splits",
  bootstrap: "resamples",
  seeds: "seeds",
  "fine-tuning": "first and last",
};

const BOTH = "pre-trained and fine-tuned";
const MODELS = ["pre-trained", "during fine-tuning", "fine-tuned", "random", BOTH];

const asJaccard = (value: number) => value.toFixed(3);

/** How similar circuits are that were found on other examples, with another seed, or before and after fine-tuning. */
export const stability: ExhibitMaker = ({ comparisons }) => {
  const points = baseOnce(comparisons).flatMap((row) => {
    const what = row.kind === "perturbed" ? `${percentOf(row)}%` : NAMES[row.kind];
    if (what === undefined) return [];
    const model = row.kind === "fine-tuning" ? BOTH : modelOfRow(comparisons, row);
    return [{ ...row, what, model }];
  });
  if (points.length === 0) return undefined;
  const order = [
    ...Object.values(NAMES).filter((name) => points.some(({ what }) => what === name)),
    ...[...new Set(points.filter(({ kind }) => kind === "perturbed").map(percentOf))]
      .sort((a, b) => a - b)
      .map((percent) => `${percent}%`),
  ];
  const models = MODELS.filter((name) => points.some(({ model }) => model === name));
  const groups = models.flatMap((model) =>
    order.flatMap((what) => {
      const rows = points.filter((row) => row.model === model && row.what === what);
      return rows.length > 0 ? [{ model, what, rows }] : [];
    }),
  );
  return {
    id: "stability",
    title: "Stability of circuits",
    caption:
      "Jaccard similarity of the edges of two circuits of the same model: found on two halves of the examples, on two of several disjoint splits, on a resample and on all examples, or on all examples with the clean and corrupted prompts of some percent in exchange and without. Seeds are compared at the same step. A bar is the mean, a mark one pair of circuits; those of the pre-trained model, with which all runs begin, are there once.",
    figure: draw({
      color: { legend: true, domain: models, range: SERIES },
      x: { label: null, domain: order },
      y: { label: "edge Jaccard", grid: true, domain: [0, 1] },
      marks: [
        Plot.dot(points, { x: "what", y: "edgeJaccard", stroke: "model", r: 2.5 }),
        Plot.tickY(
          groups.map(({ model, what, rows }) => ({ model, what, value: jaccard(rows) })),
          { x: "what", y: "value", stroke: "model", strokeWidth: 2 },
        ),
      ],
    }),
    columns: [
      { name: "model" },
      { name: "what" },
      { name: "comparisons" },
      { name: "nodeJaccard", label: "node Jaccard", format: asJaccard },
      { name: "edgeJaccard", label: "edge Jaccard", format: asJaccard },
      { name: "leastEdgeJaccard", label: "lowest", format: asJaccard },
      { name: "mostEdgeJaccard", label: "highest", format: asJaccard },
    ],
    rows: groups.map(({ model, what, rows }) => {
      const edges = rows.map(({ edgeJaccard }) => edgeJaccard);
      return [
        ...[model, rows[0]!.kind === "perturbed" ? `${what} perturbed` : what, rows.length],
        mean(rows.map(({ nodeJaccard }) => nodeJaccard)),
        ...[mean(edges), Math.min(...edges), Math.max(...edges)],
      ];
    }),
  };
};

function percentOf({ otherSample }: ComparisonRow): number {
  return Number(otherSample.split(" ")[1]);
}

function jaccard(rows: readonly ComparisonRow[]): number {
  return mean(rows.map(({ edgeJaccard }) => edgeJaccard));
}
