import { type ComparisonRow, isSameRun } from "@ft/artifacts";
import * as Plot from "@observablehq/plot";
import { draw, SERIES } from "../figures/draw.ts";
import { asPercent } from "../format.ts";
import {
  type Change,
  chanceKinds,
  type Floor,
  fineTuning,
  floorKinds,
  floorOf,
  meanChange,
  nullEnd,
  ratioAbove,
  rowsOf,
} from "../noise.ts";
import { meanTransition, transitionsOf } from "../transitions.ts";
import type { Cell, ExhibitMaker } from "./exhibit.ts";

const NAMES = {
  "fine-tuning": "first to last checkpoint",
  transition: "previous checkpoint",
  seeds: "another seed, same step",
  halves: "two halves of the examples",
  jitter: "chance: jittered scores",
  churn: "chance: replaced edges",
} satisfies Partial<Record<ComparisonRow["kind"], string>>;

/** What is drawn of each run next to its changes. */
const AGAINST = ["seeds", "halves", "jitter", "churn"] as const;
const PERCENTILE = "95th percentile of ratios";

/** Change of nodes and edges by fine-tuning, against the same between halves of the data, seeds, and by chance. */
export const noiseFloor: ExhibitMaker = ({ comparisons, changes }) => {
  const runs = fineTuning(comparisons);
  if (runs.length === 0) return undefined;
  const consecutive = changes
    .filter(({ reference }) => reference === "previous")
    .map((row) => ({ ...row, what: NAMES.transition }));
  const ofRuns = comparisons.filter((row) => runs.some((run) => isSameRun(row, run)));
  const isWhole = ({ kind, otherStep, ...row }: ComparisonRow) =>
    (kind !== "jitter" && kind !== "churn") ||
    runs.some((run) => isSameRun(row, run) && row.step === run.step && otherStep === run.otherStep);
  const points = [
    ...consecutive,
    ...(["fine-tuning", ...AGAINST] as const).flatMap((kind) =>
      ofRuns.filter((row) => row.kind === kind && isWhole(row)).map((row) => ({ ...row, what: NAMES[kind] })),
    ),
  ];
  const isMany = (what: string) => what === NAMES.jitter || what === NAMES.churn || what === NAMES.halves;
  const tuned = NAMES["fine-tuning"];
  const most = Math.max(...points.map(({ nodeChangeRate }) => nodeChangeRate));
  return {
    id: "noise-floor",
    title: "Change against its noise floor",
    caption:
      "Every mark compares two circuits: edges and nodes in only one of them, over those of the run's first circuit. Halves and seeds are the noise floor; chance disturbs the first circuit until as many edges change as by fine-tuning (strength: the standard deviation of the logarithm of the factors on scores, or the share of edges replaced). On the dashed line edges change twice as much as nodes. The ratios above a floor are (edges - floor) / (nodes - floor), also for chance. The table has the same for each transition between checkpoints, and for the mean over a run's transitions; the figure's chance is that of the whole run.",
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
      { name: "fromStep", label: "from step" },
      { name: "toStep", label: "to step" },
      { name: "what" },
      { name: "comparisons" },
      { name: "strength" },
      { name: "nodeChange", format: asPercent },
      { name: "edgeChange", format: asPercent },
      { name: "ratio" },
      { name: "ratioAboveHalves", label: "ratio above halves" },
      { name: "ratioAboveSeeds", label: "ratio above seeds" },
    ],
    rows: runs.flatMap((run) => [
      ...changeRows(comparisons, run),
      ...meanRows(comparisons, run),
      ...transitionsOf(comparisons, run).flatMap((transition) => changeRows(comparisons, transition)),
    ]),
  };
};

/** A change of a run's circuit, then its floors and chance. */
function changeRows(comparisons: readonly ComparisonRow[], change: ComparisonRow): Cell[][] {
  const { plan, draw, seed, step, otherStep } = change;
  const floors = floorKinds.map((kind) => floorOf(comparisons, kind, change));
  const row = (kind: keyof typeof NAMES, rows: readonly ComparisonRow[]) => {
    const isChance = kind === "jitter" || kind === "churn";
    const isFloor = kind === "halves" || kind === "seeds";
    const ratioOf = isChance
      ? nullEnd
      : (of: readonly ComparisonRow[], floor?: Floor) => ratioAbove(meanChange(of), floor);
    const above = floors.map((floor) => (floor && !isFloor ? finite(ratioOf(rows, floor)) : null));
    const { nodeChangeRate, edgeChangeRate } = meanChange(rows);
    return [
      ...[plan, draw, seed, step, otherStep, isChance ? `${NAMES[kind]}, ${PERCENTILE}` : NAMES[kind]],
      ...[rows.length, rows[0]!.strength, nodeChangeRate, edgeChangeRate, finite(ratioOf(rows)), ...above],
    ];
  };
  const against = AGAINST.flatMap((kind) => {
    const rows = rowsOf(comparisons, kind, change);
    return rows.length > 0 ? [row(kind, rows)] : [];
  });
  return [row(change.kind as "fine-tuning" | "transition", [change]), ...against];
}

/** The mean over a run's transitions, and what chance gives; none without transitions. */
function meanRows(
  comparisons: readonly ComparisonRow[],
  { plan, draw, seed, step, otherStep }: ComparisonRow,
): Cell[][] {
  const found = meanTransition(comparisons, { plan, draw, seed });
  if (!found) return [];
  const floors = floorKinds.map((kind) => found.floor(kind));
  const row = (what: string, changes: readonly Change[], ratioOf: typeof nullEnd): Cell[] => {
    const { nodeChangeRate, edgeChangeRate } = meanChange(changes);
    const above = floors.map((floor) => (floor ? finite(ratioOf(changes, floor)) : null));
    return [
      ...[plan, draw, seed, step, otherStep, `mean over transitions${what}`, changes.length, null],
      ...[nodeChangeRate, edgeChangeRate, finite(ratioOf(changes)), ...above],
    ];
  };
  const transitions = transitionsOf(comparisons, { plan, draw, seed });
  return [
    row("", transitions, (changes, floor) => ratioAbove(meanChange(changes), floor)),
    ...chanceKinds.flatMap((kind) => {
      const draws = found.draws(kind);
      return draws.length > 0 ? [row(`: ${NAMES[kind]}, ${PERCENTILE}`, draws, nullEnd)] : [];
    }),
  ];
}

/** Null for a ratio over nodes that did not change, or change no more than the floor. */
function finite(ratio: number | undefined): number | null {
  return ratio !== undefined && Number.isFinite(ratio) ? ratio : null;
}
