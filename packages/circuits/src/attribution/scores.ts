/** What scores are, and what all trees of pairs have in common while they are computed. */
import type { Ops } from "@ft/backend";
import type { EdgeScores, Graph } from "@ft/graph";
import type { Metric } from "../metrics/index.ts";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { Pair } from "../pairs/pair.ts";
import type { Reference } from "./methods/index.ts";

export interface Scores {
  /** Of every edge, in the graph's order. */
  edges: EdgeScores;
  /**
   * Of every node except the logits, in the graph's order: the difference of its output times the gradient there, which is the
   * sum over the destinations that read it, so the sum of its edges' scores. With exact patching the effect of ablating
   * the node as a whole, which that sum only estimates.
   */
  nodes: Float64Array;
}

/** What all trees of pairs have in common. */
export interface Attribution {
  ops: Ops;
  model: CircuitModel;
  metric: Metric;
  reference: Reference;
  graph: Graph;
  scores: Scores;
  pairs: readonly Pair[];
  /** Of each pair. */
  weights: Float32Array;
}

/** The answers of a tree's members. */
export function answersOf(pairs: readonly Pair[], members: readonly number[]) {
  return {
    answers: Int32Array.from(members, (i) => pairs[i]!.answer),
    wrong: Int32Array.from(members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer),
  };
}
