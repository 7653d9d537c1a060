/** Sums of edge changes by layer, and the layers in their order. */

import type { layerRules } from "@ft/artifacts";
import { parseEdge, parseNode } from "../names.ts";

/**
 * Which layer an edge's change counts for.
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

/** The sums for all layers, [layers]. @param changes by edge name; see edgeChanges */
export function layerSums(
  changes: ReadonlyMap<string, number>,
  layers: number,
  rule: LayerRule,
): Float64Array {
  const sums = new Float64Array(layers);
  for (const [edge, change] of changes) {
    const { source, destination } = parseEdge(edge)!;
    if (rule === "source-without-input" && source === "input") continue;
    const from = layerOf(source, layers);
    const to = layerOf(destination, layers);
    sums[rule === "destination" ? to : from]! += rule === "both" ? change / 2 : change;
    if (rule === "both") sums[to]! += change / 2;
  }
  return sums;
}

/** The layer of a node: the input's is 0, the logits' the last one. */
function layerOf(node: string, layers: number): number {
  const place = parseNode(node)!;
  if (place.kind === "input") return 0;
  if (place.kind === "logits") return layers - 1;
  return place.layer;
}

/** Layers with the largest sum first; of equals the lower layer first. */
export function rankLayers(sums: Float64Array): LayerChange[] {
  return Array.from(sums, (change, layer) => ({ layer, change })).sort(
    (a, b) => b.change - a.change || a.layer - b.layer,
  );
}
