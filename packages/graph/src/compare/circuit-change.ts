/** Rows of changes.arrow: what of a run's circuit changed from checkpoint to checkpoint, and since the first. */

import { type ChangeRow, UserError } from "@ft/artifacts";
import type { Circuit } from "../circuit.ts";
import { parseEdge } from "../names.ts";
import { changeRate, compareSets } from "./set-comparison.ts";

/** A run's circuit at one of its checkpoints, q, k and v collapsed. */
export interface CircuitAtStep {
  step: number;
  circuit: Circuit;
}

/**
 * Compares each of a run's circuits with the one before it, and with the first.
 * @param circuits in the order of steps
 * @throws UserError when the first circuit is empty: rates of change are fractions of its size
 */
export function changeRows(run: string, seed: number, circuits: readonly CircuitAtStep[]): ChangeRow[] {
  const [first, ...later] = circuits;
  if (!first || later.length === 0) return [];
  if (first.circuit.edges.size === 0) {
    throw new UserError("rates of change are undefined: the first circuit of the run has no edges", {
      place: `${run}, seed ${seed}, step ${first.step}`,
      remedy: "raise `fraction` until input and logits are connected",
    });
  }
  const row = (reference: ChangeRow["reference"], from: CircuitAtStep, to: CircuitAtStep): ChangeRow => ({
    run,
    seed,
    reference,
    fromStep: from.step,
    toStep: to.step,
    ...compare(from.circuit, to.circuit, first.circuit),
  });
  return [
    ...later.map((to) => row("first", first, to)),
    ...later.map((to, i) => row("previous", circuits[i]!, to)),
  ];
}

/** @param first the circuit whose size rates divide by */
function compare(from: Circuit, to: Circuit, first: Circuit) {
  const nodes = compareSets(from.nodes, to.nodes);
  const edges = compareSets(from.edges, to.edges);
  return {
    nodesBefore: nodes.before,
    nodesAfter: nodes.after,
    nodesAdded: nodes.added.length,
    nodesRemoved: nodes.removed.length,
    nodeJaccard: nodes.jaccard,
    nodeChangeRate: changeRate(nodes, first.nodes.size),
    edgesBefore: edges.before,
    edgesAfter: edges.after,
    edgesAdded: edges.added.length,
    edgesRemoved: edges.removed.length,
    edgesAddedAtChangedNodes: countAt(edges.added, new Set(nodes.added)),
    edgesRemovedAtChangedNodes: countAt(edges.removed, new Set(nodes.removed)),
    edgeJaccard: edges.jaccard,
    edgeChangeRate: changeRate(edges, first.edges.size),
  };
}

/** How many of the edges begin or end at one of the nodes. */
function countAt(edges: readonly string[], nodes: ReadonlySet<string>): number {
  return edges.filter((edge) => {
    const { source, destination } = parseEdge(edge)!;
    return nodes.has(source) || nodes.has(destination);
  }).length;
}
