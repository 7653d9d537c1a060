/** Nodes stay while edges change. */
import { type ChangeRow, isSameRun } from "@ft/artifacts";
import { asPercent } from "../format.ts";
import { CHANCE_MARGIN, type FindingMaker, mean } from "./finding.ts";

/** Controls that separate fine-tuning's change from noise; no table holds them yet, so the claim cannot be shown. */
const CONTROLS = [
  "the noise floor: how much the same checkpoint's circuit changes between two halves of the data, and the same step's between two training seeds",
  "the null: the ratio of edge to node change when scores change at random by as much",
  "cross-faithfulness: how faithful the tuned circuit is to the base model, and the reverse",
];

/** Not shown if edges change no faster than nodes; otherwise inconclusive until {@link CONTROLS} are measured. */
export const edgesOverNodes: FindingMaker = ({ changes, circuits, majority, model }) => {
  const consecutive = changes.filter(({ reference }) => reference === "previous");
  if (consecutive.length === 0) return [];
  const nodes = mean(consecutive.map(({ nodeChangeRate }) => nodeChangeRate));
  const edges = mean(consecutive.map(({ edgeChangeRate }) => edgeChangeRate));
  const sizes = changes.flatMap(({ nodesBefore, nodesAfter }) => [nodesBefore, nodesAfter]);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const all = 2 + model.config.layers * (model.config.heads + 1);
  const ability = Math.max(...circuits.map(({ modelAccuracy }) => modelAccuracy));
  const unable = circuits.length > 0 && ability <= majority + CHANCE_MARGIN;
  const contradicted = edges <= nodes;
  const evidence = [
    `From checkpoint to checkpoint ${asPercent(edges)} of the edges and ${asPercent(nodes)} of the nodes change on average${nodes > 0 ? `, ${(edges / nodes).toFixed(1)} times the share` : ""}, which depends on how far apart checkpoints are${firstToLast(changes)}.`,
    `The circuits have ${least === most ? least : `${least} to ${most}`} of the model's ${all} nodes: the nearer to all of them, the less nodes can change.`,
    ...(unable ? [`The model answers at most ${asPercent(ability)} of the prompts at any checkpoint.`] : []),
  ];
  return [
    {
      claim: "Nodes stay largely the same while edges change two to four times as fast",
      verdict: contradicted ? "not shown" : "inconclusive",
      evidence: evidence.join(" "),
      missing: contradicted ? [] : [...(unable ? ["a model that does the task"] : []), ...CONTROLS],
    },
  ];
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
