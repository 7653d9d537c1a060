/** Circuits of an experiment that its report stage does not read: of other adapters than the probe's, and by exact patching. */
import {
  type ChangeRow,
  type CheckpointKey,
  isSameCheckpoint,
  type ScoresRow,
  scanTable,
  scoresSchema,
  tablePath,
} from "@ft/artifacts";
import {
  collapse,
  compareSets,
  edgeCount,
  overlap,
  rankCorrelation,
  rankEdges,
  scoresOfRow,
  topCircuit,
} from "@ft/graph";
import type { EvaluatedCircuit } from "./evaluated-circuits.ts";

/** Circuits of some runs, each in its own model, and how they change between checkpoints. */
export interface RunCircuits {
  circuits: readonly EvaluatedCircuit[];
  changes: readonly ChangeRow[];
}

export interface FurtherCircuits {
  /** Of runs with other adapters than the probe's. */
  adapters: RunCircuits;
  /** By exact patching, of the probe's runs. */
  exact: RunCircuits;
  /** How attribution by gradients ranks the edges that exact patching ranks. */
  rankings: readonly Ranking[];
}

export const noFurtherCircuits: FurtherCircuits = {
  adapters: { circuits: [], changes: [] },
  exact: { circuits: [], changes: [] },
  rankings: [],
};

/** Shares of all edges at which the strongest ones are compared. */
export const RANKED_SHARES = [0.01, 0.02, 0.05, 0.1] as const;

/** The edges of a checkpoint by a method of attribution, next to the same by exact patching on the same examples. */
export interface Ranking extends CheckpointKey {
  /** The method that is compared with exact patching, such as eap-ig. */
  method: string;
  /** Examples that both scored; null for all of the circuit split. */
  examples: number | null;
  /** All edges of the graph. */
  edges: number;
  /** Spearman's rank correlation of the scores; null if all of one method's are equal. */
  correlation: number | null;
  /** The same of the scores' sizes, which decide what is in a circuit. */
  sizeCorrelation: number | null;
  /** By share of all edges: the part of the edges that are largest by exact patching which is among as many by the method. */
  overlaps: readonly { share: number; overlap: number }[];
  /** Of the circuits of the largest scores, pruned, with q, k and v as one edge: nodes and edges in both, over those in either. */
  nodeJaccard: number;
  edgeJaccard: number;
}

/** Scores by a method of attribution. */
export interface MethodScores {
  /** Of an attribute stage. */
  folder: string;
  method: string;
  examples: number | null;
}

/**
 * Compares the scores of a method with those of exact patching at every checkpoint that both have.
 *
 * @param size of the circuits compared, as a share of all edges
 */
export function readRankings(
  exact: string,
  { folder, method, examples }: MethodScores,
  size: number,
): Ranking[] {
  const wanted = scoresIn(exact);
  return scoresIn(folder).flatMap((row): Ranking[] => {
    const other = wanted.find((one) => isSameCheckpoint(one, row));
    if (!other) return [];
    const { plan, draw, seed, step } = row;
    const key = { plan, draw, seed, step, method, examples };
    return [{ ...key, ...compareRankings(scoresOf(exact, other), scoresOf(folder, row), size) }];
  });
}

function scoresIn(folder: string): ScoresRow[] {
  return Array.from(scanTable(folder, scoresSchema)).filter(({ sample }) => sample === "all");
}

function scoresOf(folder: string, row: ScoresRow) {
  return scoresOfRow(row, tablePath(folder, scoresSchema));
}

type Scored = ReturnType<typeof scoresOfRow>;

/** Compares the order in which two methods put a graph's edges. */
export function compareRankings(exact: Scored, other: Scored, size: number) {
  const { graph } = exact;
  const orders = [exact, other].map(({ scores }) => rankEdges(graph, scores));
  const largest = (count: number) => orders.map((order) => new Set(order.subarray(0, count)));
  const [first, second] = [exact, other].map(({ scores }, i) =>
    collapse({ graph, scores, edges: topCircuit(graph, orders[i]!, edgeCount(graph, size)) }),
  );
  return {
    edges: graph.edges,
    correlation: rankCorrelation(exact.scores, other.scores) ?? null,
    sizeCorrelation: rankCorrelation(exact.scores.map(Math.abs), other.scores.map(Math.abs)) ?? null,
    overlaps: RANKED_SHARES.map((share) => {
      const [a, b] = largest(edgeCount(graph, share));
      return { share, overlap: overlap(a!, b!).shareOfFirst };
    }),
    nodeJaccard: compareSets(first!.nodes, second!.nodes).jaccard,
    edgeJaccard: compareSets(first!.edges, second!.edges).jaccard,
  };
}
