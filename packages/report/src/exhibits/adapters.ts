import { describeRun, isSameRun, type RunKey } from "@ft/artifacts";
import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { distinct, NOT_RUN, percentCell, percentText, textColumns } from "../cells.ts";
import {
  allCircuits,
  type CircuitRun,
  circuitRuns,
  type MainCircuit,
  mainCircuits,
} from "../circuit-runs.ts";
import { adapterName } from "../comparison.ts";
import { draw, labelMargin } from "../figures/draw.ts";
import type { RunCircuits } from "../further-circuits.ts";
import type { Results } from "../results.ts";
import { sameOnce } from "../seed-values.ts";
import type { ExhibitMaker, ExhibitTable } from "./exhibit.ts";

const SERIES = {
  "nodes changed since checkpoint 0": "#777777",
  "edges changed since checkpoint 0": "#D55E00",
  "circuit: faithfulness": "#0072B2",
  "circuit: exact match": "#009E73",
  "model: exact match": "#CC79A7",
} as const;
type Series = keyof typeof SERIES;

const CHANGE = "change";
const CIRCUIT = "circuit";

/** What the circuits of each kind of adapter change and reproduce; undefined unless there are those of several plans. */
export const adapters: ExhibitMaker = (results) => {
  const all = allCircuits(results);
  const plans = [...group(circuitRuns(all), ({ plan }) => plan)];
  if (plans.length < 2) return undefined;
  const points = pointsOf(all);
  return {
    id: "adapters",
    title: "Circuits by kind of adapter",
    caption: `Circuits of runs with different adapters, found and compared in the same way; all runs begin with the base model. Above: nodes and edges added or removed since checkpoint 0, over their number there. Below: faithfulness of the circuit at each checkpoint, and what circuit and model answer. One line per run. The table has means in percent with 95% intervals over runs, and the least faithfulness at any checkpoint.`,
    figure: adaptersFigure(points),
    columns: textColumns(...RUN_COLUMNS),
    rows: plans.map(([plan, runs]) => [plan, adapterText(results, plan), ...runCells(runs)]),
    bySeed: pointTable(points),
  };
};

/** The columns of {@link runCells}, after the plan and its adapter. */
export const RUN_COLUMNS = [
  ...["plan", "adapter", "checkpoints", "nodes, first to last", "edges, first to last", "ratio"],
  ...["faithfulness before", "faithfulness after", "least"],
  ...["circuit answers", "model answers"],
];

/** A plan's adapter in words; "unknown" for a probe whose plan the report does not read. */
export function adapterText(results: Pick<Results, "plans" | "model">, plan: string): string {
  return results.plans.some((row) => row.plan === plan) ? adapterName(results, plan) : "unknown";
}

/** A plan's runs in cells: change from first to last with the ratio of the means, faithfulness, answers. */
export function runCells(runs: readonly CircuitRun[]): string[] {
  const whole = runs.flatMap((run) => run.whole ?? []);
  const sum = (what: "nodes" | "edges") => whole.reduce((total, rates) => total + rates[what], 0);
  return [
    distinct(runs.map(({ checkpoints }) => checkpoints)).join(", "),
    percentCell(whole.map(({ nodes }) => nodes)),
    percentCell(whole.map(({ edges }) => edges)),
    sum("nodes") > 0 ? (sum("edges") / sum("nodes")).toFixed(1) : NOT_RUN,
    percentCell(sameOnce(runs.map(({ first }) => first.faithfulness))),
    percentCell(runs.map(({ last }) => last.faithfulness)),
    percentText(Math.min(...runs.map(({ leastFaithfulness }) => leastFaithfulness))),
    percentCell(runs.map(({ last }) => last.circuitAccuracy)),
    percentCell(runs.map(({ last }) => last.modelAccuracy)),
  ];
}

/** A checkpoint's circuit, and what it changed since the run's first. */
interface AdapterPoint extends MainCircuit {
  nodeChange: number | null;
  edgeChange: number | null;
}

function pointsOf(of: RunCircuits): AdapterPoint[] {
  const changes = of.changes.filter(({ reference }) => reference === "first");
  return [...group(mainCircuits(of), describeRun).values()].flatMap(([first, ...later]) => [
    { ...first!, nodeChange: 0, edgeChange: 0 },
    ...later.map((row) => {
      const change = changes.find((other) => isSameRun(other, row) && other.toStep === row.step);
      return {
        ...row,
        nodeChange: change?.nodeChangeRate ?? null,
        edgeChange: change?.edgeChangeRate ?? null,
      };
    }),
  ]);
}

function pointTable(points: readonly AdapterPoint[]): ExhibitTable {
  const names = ["plan", "draw", "seed", "step", "nodeChange", "edgeChange"] as const;
  const further = ["faithfulness", "circuitAccuracy", "modelAccuracy"] as const;
  const columns = [...names, ...further];
  return {
    columns: columns.map((name) => ({ name })),
    rows: points.map((point) => columns.map((name) => point[name])),
  };
}

/** A column for each plan; change above, faithfulness and accuracy below, a line per run. */
export function adaptersFigure(points: readonly AdapterPoint[]): string {
  const lines = points.flatMap((point) => {
    const key: RunKey = { plan: point.plan, draw: point.draw, seed: point.seed };
    const line = (panel: string, what: Series, value: number | null) =>
      value === null ? [] : [{ ...key, step: point.step, panel, what, value }];
    return [
      ...line(CHANGE, "nodes changed since checkpoint 0", point.nodeChange),
      ...line(CHANGE, "edges changed since checkpoint 0", point.edgeChange),
      ...line(CIRCUIT, "circuit: faithfulness", point.faithfulness),
      ...line(CIRCUIT, "circuit: exact match", point.circuitAccuracy),
      ...line(CIRCUIT, "model: exact match", point.modelAccuracy),
    ];
  });
  const position = {
    ...{ x: "step", fx: "plan", fy: "panel" },
    y: ({ value }: { value: number }) => Math.max(-1, value),
  } as const;
  return draw({
    height: 460,
    marginRight: labelMargin([CHANGE, CIRCUIT]),
    color: { legend: true, domain: Object.keys(SERIES), range: Object.values(SERIES) },
    fx: { label: null, domain: distinct(points.map(({ plan }) => plan)) },
    fy: { label: null, domain: [CHANGE, CIRCUIT] },
    x: { label: "updates", ticks: 4 },
    y: { label: "%", percent: true, grid: true, zero: true },
    marks: [
      Plot.lineY(lines, { ...position, z: (line) => `${describeRun(line)} ${line.what}`, stroke: "what" }),
      Plot.dot(lines, { ...position, fill: "what", r: 2 }),
    ],
  });
}
