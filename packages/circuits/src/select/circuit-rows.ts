/** The circuits of a checkpoint, from its scores. */

import { type CheckpointKey, type CircuitRow, describeCheckpoint, seededRandom } from "@ft/artifacts";
import {
  type Control,
  type EdgeSet,
  edgesAmongNodes,
  nextCircuit,
  randomCircuit,
  rowOfCircuit,
  ruleNamed,
  type ScoredGraph,
  sizeOf,
  topCircuit,
} from "@ft/graph";

/** Scores of every edge of a graph at a checkpoint, found on a sample of the examples. */
export interface ScoredCheckpoint extends CheckpointKey, ScoredGraph {
  sample: string;
}

/** Which circuits are made, apart from their sizes. */
export interface CircuitChoices {
  /** Name of a selection rule. */
  rule: string;
  /** Random circuits drawn for each selected one, from all edges and from those between its nodes. */
  random: number;
  randomNodes: number;
  /** Whether the edges ranked right after each circuit's make one too. */
  next: boolean;
  /** The experiment's, for random circuits. */
  seed: number;
}

/**
 * The circuit of each size, and the circuits to compare it with, which have as many edges.
 * @param sizes of circuits, ascending; what a size is depends on the rule
 * @returns the rule's circuits by size, then each control's by size and draw
 */
export function circuitRows(
  { graph, scores, nodeScores, ...key }: ScoredCheckpoint,
  sizes: readonly number[],
  { rule, random, randomNodes, next, seed }: CircuitChoices,
): CircuitRow[] {
  const scored = { graph, scores, nodeScores };
  const selection = ruleNamed(rule);
  const order = selection.rank(scored);
  const row = (name: string, size: number, index: number, edges: EdgeSet, selected = sizeOf(edges)) =>
    rowOfCircuit({ ...key, rule: name, size, index }, { graph, edges, scores }, selected);
  const found = sizes.map((size) => {
    const selected = selection.count(scored, size);
    return { size, selected, edges: topCircuit(graph, order, selected) };
  });
  const place = `${describeCheckpoint(key)}${key.sample === "all" ? "" : `, ${key.sample}`}`;
  const drawn = (control: Control, draws: number, among?: (edges: EdgeSet) => EdgeSet) =>
    found.flatMap(({ size, edges }) =>
      Array.from({ length: draws }, (_, i) => {
        const index = i + 1;
        const generator = seededRandom(seed, `${PURPOSES[control]} ${index} of ${size} for ${place}`);
        return row(control, size, index, randomCircuit(graph, sizeOf(edges), generator, among?.(edges)));
      }),
    );
  return [
    ...found.map(({ size, selected, edges }) => row(rule, size, 0, edges, selected)),
    ...drawn("random", random),
    ...drawn("random-nodes", randomNodes, (edges) => edgesAmongNodes(graph, edges)),
    ...(next ? found : []).map(({ size, selected }) => {
      const after = Math.min(selected, graph.edges - selected);
      return row("next", size, 0, nextCircuit(graph, order, selected), after);
    }),
  ];
}

/** The names under which draws are seeded, which must not change. */
const PURPOSES: Partial<Record<Control, string>> = {
  random: "random circuit",
  "random-nodes": "random circuit among nodes",
};
