import { type ComparisonRow, isSameRun } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import * as Plot from "@observablehq/plot";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import { fineTuning, floorKinds, floorOf, nullRatio, ratioAbove, rowsOf } from "../noise.ts";
import type { ExhibitMaker } from "./exhibit.ts";

const NAMES: Partial<Record<ComparisonRow["kind"], string>> = {
  "fine-tuning": "first to last checkpoint",
  seeds: "another seed, same step",
  halves: "two halves of the examples",
  jitter: "chance: jittered scores",
  churn: "chance: replaced edges",
};

/** Change of nodes and edges by fine-tuning, against the same between halves of the data, seeds, and by chance. */
export const noiseFloor: ExhibitMaker = ({ comparisons, changes }) => {
  const runs = fineTuning(comparisons);
  if (runs.length === 0) return undefined;
  const kinds = Object.keys(NAMES) as ComparisonRow["kind"][];
  const consecutive = changes
    .filter(({ reference }) => reference === "previous")
    .map((row) => ({ ...row, what: "previous checkpoint" }));
  const ofRuns = comparisons.filter((row) => runs.some((run) => isSameRun(row, run)));
  const points = [
    ...consecutive,
    ...kinds.flatMap((kind) =>
      ofRuns.filter((row) => row.kind === kind).map((row) => ({ ...row, what: NAMES[kind]! })),
    ),
  ];
  const isMany = (what: string) => what === NAMES.jitter || what === NAMES.churn || what === NAMES.halves;
  const tuned = NAMES["fine-tuning"]!;
  const most = Math.max(...points.map(({ nodeChangeRate }) => nodeChangeRate));
  return {
    id: "noise-floor",
    title: "Change against its noise floor",
    caption:
      "Every mark compares two circuits: edges and nodes in only one of them, over those of the run's first circuit. Halves and seeds are the noise floor; chance disturbs the first circuit until as many edges change as by fine-tuning (strength: the standard deviation of the logarithm of the factors on scores, or the share of edges replaced). On the dashed line edges change twice as much as nodes. The ratios above a floor are (edges - floor) / (nodes - floor), also for chance.",
    figure: draw({
      color: { legend: true, domain: [...new Set(points.map(({ what }) => what))], range: SERIES },
      x: { label: "node change (%)", percent: true, zero: true },
      y: { label: "edge change (%)", percent: true, grid: true, zero: true },
      marks: [
        Plot.line(
          [
            [0, 0],
            [most, 2 * most],
          ],
          { stroke: "#888888", strokeDasharray: "4 4" },
        ),
        Plot.dot(points.filter(({ what }) => what !== tuned).toReversed(), {
          ...{ x: "nodeChangeRate", y: "edgeChangeRate", stroke: "what", strokeWidth: 2 },
          r: ({ what }) => (isMany(what) ? 2 : 5),
        }),
        Plot.dot(
          points.filter(({ what }) => what === tuned),
          { x: "nodeChangeRate", y: "edgeChangeRate", fill: "what", stroke: "white", r: 7 },
        ),
      ],
    }),
    columns: [
      { name: "plan" },
      { name: "draw" },
      { name: "seed" },
      { name: "what" },
      { name: "comparisons" },
      { name: "strength" },
      { name: "nodeChange", format: asPercent },
      { name: "edgeChange", format: asPercent },
      { name: "ratio" },
      { name: "ratioAboveHalves", label: "ratio above halves" },
      { name: "ratioAboveSeeds", label: "ratio above seeds" },
    ],
    rows: runs.flatMap((run) => {
      const floors = floorKinds.map((kind) => floorOf(comparisons, kind, run));
      return kinds.flatMap((kind) => {
        const rows = kind === "fine-tuning" ? [run] : rowsOf(comparisons, kind, run);
        if (rows.length === 0) return [];
        const change = {
          nodeChangeRate: mean(rows.map(({ nodeChangeRate }) => nodeChangeRate)),
          edgeChangeRate: mean(rows.map(({ edgeChangeRate }) => edgeChangeRate)),
        };
        const isChance = kind === "jitter" || kind === "churn";
        const above = floors.map((floor) => {
          if (!floor || kind === "halves" || kind === "seeds") return null;
          return finite(isChance ? nullRatio(comparisons, kind, run, floor) : ratioAbove(change, floor));
        });
        const ratio = isChance ? nullRatio(comparisons, kind, run) : ratioAbove(change);
        const what = `${NAMES[kind]}${isChance ? ", 95th percentile of ratios" : ""}`;
        return [
          [
            ...[run.plan, run.draw, run.seed, what, rows.length, rows[0]!.strength],
            ...[change.nodeChangeRate, change.edgeChangeRate, finite(ratio), ...above],
          ],
        ];
      });
    }),
  };
};

/** Null for a ratio over nodes that did not change, or change no more than the floor. */
function finite(ratio: number | undefined): number | null {
  return ratio !== undefined && Number.isFinite(ratio) ? ratio : null;
}
