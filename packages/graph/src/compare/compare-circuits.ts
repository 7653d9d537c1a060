/** Compares two circuits, for `ft compare`. */
import type { CollapsedCircuit } from "../circuit.ts";
import { type LayerChange, layerSums, rankLayers } from "../layers/layer-sums.ts";
import { edgeChanges } from "./edge-change.ts";
import { changeRate, compareSets } from "./set-comparison.ts";

/** How the nodes, or the edges, of two circuits differ. */
export interface Difference {
  before: number;
  after: number;
  /** Those in both circuits, over those in either. */
  jaccard: number;
  /** Those added and removed. */
  changed: number;
  /** changed / before, a fraction that may exceed 1; infinite for any change of an empty circuit. */
  changeRate: number;
}

export interface CircuitComparison {
  nodes: Difference;
  /** q, k and v counted as one edge. */
  edges: Difference;
  /** Every layer with its sum of edge changes by source, largest first; the input counts as layer 0. */
  layers: LayerChange[];
}

/**
 * The paper's statistics of change from one circuit to another.
 * @throws UserError if the circuits belong to different graphs
 */
export function compareCircuits(before: CollapsedCircuit, after: CollapsedCircuit): CircuitComparison {
  const changes = edgeChanges(before, after);
  return {
    nodes: difference(compareSets(before.nodes, after.nodes)),
    edges: difference(compareSets(before.edges, after.edges)),
    layers: rankLayers(layerSums(changes, before.graph, "source")),
  };
}

function difference(sets: ReturnType<typeof compareSets>): Difference {
  const { before, after, jaccard, added, removed } = sets;
  return {
    before,
    after,
    jaccard,
    changed: added.length + removed.length,
    changeRate: changeRate(sets, before),
  };
}
