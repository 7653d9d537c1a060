/** How a circuit's edges are chosen by their scores. */
import type { EdgeScores, Graph } from "../../graph.ts";

export interface ScoredGraph {
  graph: Graph;
  /** [edges]. */
  scores: EdgeScores;
  /** [sources]; only some rules need them. */
  nodeScores?: EdgeScores | undefined;
}

export interface SelectionRule {
  /** Its name in experiments and in the column `rule`, in kebab case. */
  name: string;
  /** What it chooses, for people: a phrase. */
  description: string;
  /** What a size from 0 to 1 is a share of: all edges, the nodes, or the largest |score|. */
  sizes: "edges" | "nodes" | "score";
  /**
   * All edges in the order in which they are chosen, [edges]: a circuit is the first of them, pruned. Ties are in the graph's
   * order, so the result is the same everywhere.
   */
  rank(scored: ScoredGraph): Int32Array;
  /** How many edges a circuit of a size has before pruning. */
  count(scored: ScoredGraph, size: number): number;
}
