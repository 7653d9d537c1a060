/** Nodes stay while edges change. */
import { type ChangeRow, describeRun, isSameRun } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { group } from "d3-array";
import { asPercent } from "../format.ts";
import type { Results } from "../results.ts";
import { CHANCE_MARGIN, type Claim, control, linksTo, withoutTable } from "./claim.ts";

/** The ratio of edge to node change that the paper reports at least. */
const LEAST_RATIO = 2;

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
      measure:
        "(Edge change - its noise floor) / (node change - its noise floor), by run; no table has the floors yet",
      contrasts: () => [],
      holds: [{ of: "low", is: "above", value: LEAST_RATIO }],
    },
  ],
  controls: [
    control("a model that does the task", isAble),
    withoutTable(
      "the noise floor: how much the same checkpoint's circuit changes between two halves of the data, and the same step's between two training seeds",
    ),
    withoutTable("the null: the ratio of edge to node change when scores change at random by as much"),
    {
      name: "cross-faithfulness",
      missing: ({ controls }) =>
        controls.some(({ kind }) => kind === "another checkpoint's")
          ? undefined
          : "cross-faithfulness: how faithful the tuned circuit is to the base model, and the reverse (evaluate stages with model first and last)",
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
