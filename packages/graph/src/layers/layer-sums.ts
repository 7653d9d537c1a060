/** Sums of edge changes by layer, and the layers ranked by them. */

import type { layerRules } from "@ft/artifacts";
import type { Graph } from "../graph.ts";

/**
 * The layer that an edge's change counts for.
 * - source (the paper's): its source's; the input counts as layer 0
 * - destination: its destination's; the logits count as the last layer
 * - both: half for each of the two
 * - source-without-input: its source's; edges from the input are left out, which otherwise inflate layer 0
 */
export type LayerRule = (typeof layerRules)[number];

/** A layer with the sum of its edges' changes. */
export interface LayerChange {
  layer: number;
  change: number;
}

/** The sums for all layers, [layers]. @param changes by pair of nodes; see edgeChanges */
export function layerSums(changes: ReadonlyMap<number, number>, graph: Graph, rule: LayerRule): Float64Array {
  const sums = new Float64Array(graph.layers);
  for (const [pair, change] of changes) {
    const { source, destination } = graph.nodesOf(pair);
    if (rule === "source-without-input" && source === 0) continue;
    const from = layerOf(graph, source);
    const to = layerOf(graph, destination);
    sums[rule === "destination" ? to : from]! += rule === "both" ? change / 2 : change;
    if (rule === "both") sums[to]! += change / 2;
  }
  return sums;
}

/** The layer of a node: the input's is 0, the logits' the last one. */
function layerOf(graph: Graph, node: number): number {
  if (node === 0) return 0;
  if (node === graph.logits) return graph.layers - 1;
  return Math.trunc((node - 1) / (graph.heads + 1));
}

/** Layers with the largest sum first; of equals the lower layer first. */
export function rankLayers(sums: Float64Array): LayerChange[] {
  return Array.from(sums, (change, layer) => ({ layer, change })).sort(
    (a, b) => b.change - a.change || a.layer - b.layer,
  );
}
