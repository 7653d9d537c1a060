/** The circuits of a checkpoint, from its scores. */

import { type CheckpointKey, type CircuitRow, describeCheckpoint, seededRandom } from "@ft/artifacts";
import {
  type EdgeScores,
  edgeCount,
  type Graph,
  randomCircuit,
  rankEdges,
  rowOfCircuit,
  sizeOf,
  topCircuit,
} from "@ft/graph";

/** Scores of every edge of a graph at a checkpoint, found on a sample of the examples. */
export interface ScoredCheckpoint extends CheckpointKey {
  sample: string;
  graph: Graph;
  scores: EdgeScores;
}

/**
 * The circuit of each size, and random circuits with as many edges.
 * @param sizes shares of all edges, ascending
 * @param random circuits drawn for each size
 * @param seed the experiment's, for random circuits
 * @returns the circuits of the largest scores by size, then the random ones by size and draw
 */
export function circuitRows(
  { graph, scores, ...key }: ScoredCheckpoint,
  sizes: readonly number[],
  { random, seed }: { random: number; seed: number },
): CircuitRow[] {
  const order = rankEdges(graph, scores);
  const found = sizes.map((size) => {
    const selected = edgeCount(graph, size);
    const edges = topCircuit(graph, order, selected);
    return rowOfCircuit({ ...key, rule: "top", size, index: 0 }, { graph, edges, scores }, selected);
  });
  const drawn = found.flatMap(({ size, edges: { length } }) =>
    Array.from({ length: random }, (_, i) => {
      const index = i + 1;
      const purpose = `random circuit ${index} of ${size} for ${describeCheckpoint(key)}${key.sample === "all" ? "" : `, ${key.sample}`}`;
      const edges = randomCircuit(graph, length, seededRandom(seed, purpose));
      return rowOfCircuit({ ...key, rule: "random", size, index }, { graph, edges, scores }, sizeOf(edges));
    }),
  );
  return [...found, ...drawn];
}
