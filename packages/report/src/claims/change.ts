/** Nodes stay while edges change. */
import { type ChangeRow, type ComparisonRow, describeRun, isSameRun, type RunKey } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { group } from "d3-array";
import { mainFraction } from "../exhibits/circuits.ts";
import { asPercent } from "../format.ts";
import { chanceKinds, fineTuning, floorKinds, floorOf, nullRatio, ratioAbove, rowsOf } from "../noise.ts";
import type { Results } from "../results.ts";
import { meanTransition, transitionNull, transitionRatio } from "../transitions.ts";
import { floorNames, nullContrasts, ratioContrasts } from "./change-contrasts.ts";
import { CHANCE_MARGIN, type Claim, control, linksTo, list } from "./claim.ts";

/** The ratio of edge to node change that the paper reports at least. */
const LEAST_RATIO = 2;
/** The largest that it reports. */
const MOST_RATIO = 4;
/** Draws of a null distribution, of which its 95th percentile is taken. */
const NULL_DRAWS = 100;

const consecutiveOf = ({ changes }: Results) => changes.filter(({ reference }) => reference === "previous");
const abilityOf = ({ circuits }: Results) => Math.max(...circuits.map(({ modelAccuracy }) => modelAccuracy));
const isAble = (results: Results) =>
  results.circuits.length === 0 || abilityOf(results) > results.majority + CHANCE_MARGIN;

export const edgesOverNodes: Claim = {
  id: "change",
  claim: "Nodes stay largely the same while edges change two to four times as fast",
  question: "Does fine-tuning change a circuit's edges rather than its nodes?",
  source: "The edge change rate is two to four times the node change rate.",
  applies: (results) => consecutiveOf(results).length > 0,
  criteria: [
    {
      brief: "edge change minus node change",
      measure: "Edge change rate minus node change rate from checkpoint to checkpoint, mean of each run",
      contrasts: (results) => [
        {
          name: "edges minus nodes",
          values: [...group(consecutiveOf(results), describeRun).values()].map((rows) =>
            mean(rows.map(({ edgeChangeRate, nodeChangeRate }) => edgeChangeRate - nodeChangeRate)),
          ),
          rows: linksTo("changes", consecutiveOf(results)),
        },
      ],
      holds: [{ of: "mean", is: "above", value: 0 }],
      fails: "otherwise",
    },
    {
      unit: "ratio",
      effects: [
        { name: "as many edges as nodes", value: 1 },
        { name: "twice as many", value: LEAST_RATIO },
        { name: "four times as many", value: MOST_RATIO },
      ],
      brief: "ratio of edge to node change",
      measure:
        "(Edge change - its noise floor) / (node change - its noise floor) from the first checkpoint to the last, by run",
      contrasts: ratioContrasts,
      holds: [{ of: "low", is: "above", value: LEAST_RATIO }],
      needs: (open) =>
        open.length > 0
          ? `a ratio above the noise floor whose interval begins above ${LEAST_RATIO}`
          : undefined,
    },
    {
      unit: "ratio",
      brief: "the ratio beyond chance",
      measure:
        "The same ratio minus the 95th percentile of what chance gives, above the same floor, when it changes as many edges",
      contrasts: nullContrasts,
      holds: [{ of: "low", is: "above", value: 0 }],
      needs: (open) =>
        open.length > 0 ? "a ratio beyond the 95th percentile of what chance gives" : undefined,
    },
  ],
  controls: [
    control("a model that does the task", isAble),
    control(
      "the noise floor: how much the same checkpoint's circuit changes between two halves of the data, and the same step's between two training seeds (report's input comparisons)",
      (results) =>
        measuredInRuns(results, (run) =>
          floorKinds.every((kind) => floorOf(results.comparisons, kind, run) !== undefined),
        ),
    ),
    control(
      `the null: the ratio of edge to node change when scores, or edges, change at random by as much (${NULL_DRAWS} draws; setting chance of the circuits stage)`,
      (results) =>
        measuredInRuns(results, (run) =>
          chanceKinds.every((kind) => rowsOf(results.comparisons, kind, run).length >= NULL_DRAWS),
        ),
    ),
    control(
      "ratios that are defined: in every run, and in 95% of the draws of chance, nodes change by more than each floor",
      (results) =>
        fineTuning(results.comparisons).every((run) =>
          floorKinds.every((kind) => {
            const floor = floorOf(results.comparisons, kind, run);
            const end = floor && nullRatio(results.comparisons, "jitter", run, floor);
            return end === undefined || (Number.isFinite(end) && Number.isFinite(ratioAbove(run, floor)));
          }),
        ),
    ),
    {
      name: "cross-faithfulness",
      missing: (results) =>
        crossed(results).length > 0
          ? undefined
          : "cross-faithfulness: how faithful the tuned circuit is to the base model, the reverse, and the edges common to both (evaluate stage with model own, first and last; setting common of the circuits stage)",
    },
  ],
  evidence(results) {
    const { changes, model } = results;
    const consecutive = consecutiveOf(results);
    const nodes = mean(consecutive.map(({ nodeChangeRate }) => nodeChangeRate));
    const edges = mean(consecutive.map(({ edgeChangeRate }) => edgeChangeRate));
    const sizes = changes.flatMap(({ nodesBefore, nodesAfter }) => [nodesBefore, nodesAfter]);
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const all = 2 + model.config.layers * (model.config.heads + 1);
    return [
      `From checkpoint to checkpoint ${asPercent(edges)} of the edges and ${asPercent(nodes)} of the nodes change on average${nodes > 0 ? `, ${(edges / nodes).toFixed(1)} times the share` : ""}, which depends on how far apart checkpoints are${firstToLast(changes)}.`,
      ...crossed(results),
      ...noise(results),
      ...transitions(results),
      `The circuits have ${least === most ? least : `${least} to ${most}`} of the model's ${all} nodes: the nearer to all of them, the less nodes can change.`,
      ...(isAble(results)
        ? []
        : [`The model answers at most ${asPercent(abilityOf(results))} of the prompts at any checkpoint.`]),
    ];
  },
};

/** The change from each run's checkpoint 0 to its last, on average over runs. */
function firstToLast(changes: readonly ChangeRow[]): string {
  const since = changes.filter(({ reference }) => reference === "first");
  const last = since.filter((row) =>
    since.every((other) => !isSameRun(other, row) || other.toStep <= row.toStep),
  );
  if (last.length === 0) return "";
  const edges = mean(last.map(({ edgeChangeRate }) => edgeChangeRate));
  const nodes = mean(last.map(({ nodeChangeRate }) => nodeChangeRate));
  return `; from the first to the last ${asPercent(edges)} and ${asPercent(nodes)}`;
}

/** Whether every run that is compared with its first checkpoint satisfies a condition, and there is one. */
function measuredInRuns({ comparisons }: Results, isMeasured: (run: ComparisonRow) => boolean): boolean {
  const runs = fineTuning(comparisons);
  return runs.length > 0 && runs.every(isMeasured);
}

/** Each end's circuit and the edges common to both, in the model of either end, on average over runs; none if one is missing. */
function crossed({ circuits, controls, changes }: Results): string[] {
  const size = mainFraction(circuits, changes);
  const ends = new Map(
    [...group(circuits, describeRun)].map(([run, rows]) => {
      const steps = rows.filter(({ kind }) => kind === "found").map(({ step }) => step);
      return [run, [Math.min(...steps), Math.max(...steps)] as const];
    }),
  );
  const inModel = (end: 0 | 1) => {
    const isHere = (row: RunKey & { step: number; fraction: number }) =>
      row.fraction === size && ends.get(describeRun(row))?.[end] === row.step;
    const average = (rows: readonly { faithfulness: number }[]) =>
      rows.length === 0 ? undefined : mean(rows.map(({ faithfulness }) => faithfulness / 100));
    const here = controls.filter(isHere);
    const other = here.filter(
      (row) =>
        row.kind === "another checkpoint's" && row.circuitStep === ends.get(describeRun(row))?.[1 - end],
    );
    return {
      own: average(circuits.filter((row) => row.kind === "found" && isHere(row))),
      other: average(other),
      common: average(here.filter(({ kind }) => kind === "common to both ends")),
    };
  };
  const [base, tuned] = [inModel(0), inModel(1)];
  const values = [base.own, base.other, base.common, tuned.own, tuned.other, tuned.common];
  if (values.some((value) => value === undefined)) return [];
  const [own, other, common, ownAfter, otherAfter, commonAfter] = values.map((value) => asPercent(value!));
  return [
    `Faithfulness to the first model: its own circuit ${own}, the last one's ${other}, the edges common to both ${common}; to the last model: its own ${ownAfter}, the first one's ${otherAfter}, the common edges ${commonAfter}.`,
  ];
}

/** What the ends differ by, what the floors are and where the null ends, on average over runs. */
function noise({ comparisons }: Results): string[] {
  const runs = fineTuning(comparisons);
  if (runs.length === 0) return [];
  const floors = floorKinds.flatMap((kind) => {
    const own = runs.flatMap((run) => floorOf(comparisons, kind, run) ?? []);
    if (own.length === 0) return [];
    const [edges, nodes] = [mean(own.map((floor) => floor.edges)), mean(own.map((floor) => floor.nodes))];
    return [`${floorNames[kind]} ${asPercent(edges)} and ${asPercent(nodes)}`];
  });
  const nulls = chanceKinds.flatMap((kind) => {
    const ends = runs.flatMap((run) => nullRatio(comparisons, kind, run) ?? []);
    return ends.length > 0 && ends.every(Number.isFinite) ? [`${kind} ${mean(ends).toFixed(2)}`] : [];
  });
  const undecided = floorKinds.filter((kind) =>
    runs.some((run) => {
      const floor = floorOf(comparisons, kind, run);
      return floor && run.nodeChangeRate <= floor.nodes;
    }),
  );
  return [
    ...(floors.length > 0 ? [`Noise floors of edges and nodes: ${list(floors)}.`] : []),
    ...undecided.map(
      (kind) =>
        `In some runs nodes change no more than between ${floorNames[kind]}, so the ratio above that floor is undefined.`,
    ),
    ...(nulls.length > 0
      ? [
          `Edges change ${mean(runs.map((run) => ratioAbove(run))).toFixed(2)} times as much as nodes from first to last; the 95th percentile of chance is ${list(nulls)}.`,
        ]
      : []),
  ];
}

/** The same from checkpoint to checkpoint, on average over transitions and runs. */
function transitions({ comparisons }: Results): string[] {
  const runs = fineTuning(comparisons).filter((run) => meanTransition(comparisons, run));
  return floorKinds.flatMap((kind) => {
    const average = (measure: (run: ComparisonRow) => number | undefined) => {
      const values = runs.flatMap((run) => measure(run) ?? []);
      return values.length > 0 ? mean(values) : undefined;
    };
    const ratio = average((run) => transitionRatio(comparisons, kind, run));
    if (ratio === undefined) return [];
    if (!Number.isFinite(ratio))
      return [
        `From checkpoint to checkpoint nodes change no more than between ${floorNames[kind]} in some runs.`,
      ];
    const ends = chanceKinds.flatMap((chance) => {
      const end = average((run) => transitionNull(comparisons, chance, kind, run));
      return end === undefined ? [] : [`${chance} ${Number.isFinite(end) ? end.toFixed(2) : "undefined"}`];
    });
    const chance = ends.length > 0 ? `; the 95th percentile of chance is ${list(ends)}` : "";
    return [
      `From checkpoint to checkpoint, above the floor of ${floorNames[kind]}, edges change ${ratio.toFixed(2)} times as much as nodes${chance}.`,
    ];
  });
}
