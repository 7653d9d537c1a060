import { isSameCheckpoint } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { rollups } from "d3-array";
import { distinct } from "../cells.ts";
import { mainCircuits } from "../circuit-runs.ts";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import type { Ranking } from "../further-circuits.ts";
import type { Results } from "../results.ts";
import type { ExhibitMaker } from "./exhibit.ts";

/** Why signs need not agree. */
export const DIVERGENCE =
  "Where the metric is a divergence from the model's own output, no edge's exact effect is below 0: then only the sizes of scores, which choose a circuit, can be compared.";

const asCorrelation = (value: number) => value.toFixed(3);

/** A checkpoint's ranking, with the faithfulness of the circuits by both methods; fractions. */
export function rankingRows(results: Pick<Results, "further" | "circuits" | "changes">) {
  const exact = mainCircuits(results.further.exact);
  const found = mainCircuits(results);
  return results.further.rankings.map((ranking) => {
    const { plan, draw, seed, step, method, examples, edges } = ranking;
    const byPatching = exact.find((row) => isSameCheckpoint(row, ranking));
    const byMethod = found.find((row) => isSameCheckpoint(row, ranking));
    return {
      ...{ plan, draw, seed, step, method, examples, edges },
      ...{ correlation: ranking.correlation, sizeCorrelation: ranking.sizeCorrelation },
      ...Object.fromEntries(ranking.overlaps.map(({ share, overlap }) => [overlapName(share), overlap])),
      ...{ nodeJaccard: ranking.nodeJaccard, edgeJaccard: ranking.edgeJaccard },
      exactFaithfulness: byPatching?.faithfulness ?? null,
      exactAccuracy: byPatching?.circuitAccuracy ?? null,
      methodFaithfulness: byMethod?.faithfulness ?? null,
      methodAccuracy: byMethod?.circuitAccuracy ?? null,
      modelAccuracy: byMethod?.modelAccuracy ?? null,
    };
  });
}

/** The column of an overlap: overlap5 for that of the strongest 5% of the edges. */
export const overlapName = (share: number): string => `overlap${+(100 * share).toFixed(2)}`;

/** How attribution by gradients ranks edges next to exact patching, and the circuits of both. */
export const patching: ExhibitMaker = (results) => {
  const { rankings } = results.further;
  const [first] = rankings;
  if (!first) return undefined;
  const shares = first.overlaps.map(({ share }) => share);
  const rows = rankingRows(results);
  return {
    id: "patching",
    title: "Attribution against exact patching",
    caption: `Exact patching measures the effect of every edge by patching it alone${first.examples === null ? "" : `, here on ${first.examples} examples`}; ${first.method} estimates it by gradients on the same examples. Drawn is the part of the edges strongest by exact patching that is among as many by ${first.method}: by share of all edges, mean over runs, dots are runs; on the dashed line they agree by chance. ${DIVERGENCE} Correlations are Spearman's over all ${first.edges.toLocaleString("en-US")} edges, of scores and of |score|; Jaccards are those of the pruned circuits. Faithfulness is that of the circuits by exact patching, and by ${first.method} on all examples.`,
    figure: patchingFigure(rankings),
    columns: [
      ...["plan", "draw", "seed", "step", "method", "examples", "edges"].map((name) => ({ name })),
      { name: "correlation", label: "rank correlation", format: asCorrelation },
      { name: "sizeCorrelation", label: "of |score|", format: asCorrelation },
      ...shares.map((share) => ({
        name: overlapName(share),
        label: `strongest ${+(100 * share).toFixed(2)}%`,
        format: asPercent,
      })),
      { name: "nodeJaccard", label: "node Jaccard", format: asCorrelation },
      { name: "edgeJaccard", label: "edge Jaccard", format: asCorrelation },
      { name: "exactFaithfulness", label: "faithfulness, exact", format: asPercent },
      { name: "exactAccuracy", label: "circuit answers, exact", format: asPercent },
      { name: "methodFaithfulness", label: `faithfulness, ${first.method}`, format: asPercent },
      { name: "methodAccuracy", label: `circuit answers, ${first.method}`, format: asPercent },
      { name: "modelAccuracy", label: "model answers", format: asPercent },
    ],
    rows: rows.map((row) => Object.values(row)),
  };
};

/** Overlap against the share of edges that are compared, before and after training. */
function patchingFigure(rankings: readonly Ranking[]): string {
  const steps = distinct(rankings.map(({ step }) => step));
  const points = rankings.flatMap(({ step, overlaps }) =>
    overlaps.map(({ share, overlap }) => ({ share, overlap, what: `checkpoint ${step}` })),
  );
  const means = rollups(
    points,
    (rows) => mean(rows.map(({ overlap }) => overlap)),
    ({ what }) => what,
    ({ share }) => share,
  ).flatMap(([what, shares]) => shares.map(([share, overlap]) => ({ what, share, overlap })));
  const last = Math.max(...points.map(({ share }) => share));
  return draw(
    {
      color: { legend: true, domain: steps.map((step) => `checkpoint ${step}`), range: SERIES },
      x: { label: "edges compared (% of all)", percent: true, zero: true },
      y: { label: "in both (%)", percent: true, domain: [0, 100], grid: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [last, last],
          ],
          { stroke: "#888888", strokeDasharray: "4 4" },
        ),
        Plot.lineY(means, { x: "share", y: "overlap", stroke: "what" }),
        Plot.dot(points, { x: "share", y: "overlap", fill: "what", r: 2.5 }),
      ],
    },
    [{ label: "by chance", color: "#888888", dash: "4 4" }],
  );
}
