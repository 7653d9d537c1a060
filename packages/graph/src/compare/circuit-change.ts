/** Rows of changes.arrow: how a run's circuit changed from checkpoint to checkpoint, and since the first. */

import {
  type ChangeRow,
  type CheckpointKey,
  describeCheckpoint,
  type RunKey,
  UserError,
} from "@ft/artifacts";
import type { CollapsedCircuit } from "../circuit.ts";
import type { Graph } from "../graph.ts";
import { checkSameGraph } from "./edge-change.ts";
import { changeRate, compareSets } from "./set-comparison.ts";

/** A run's circuit at one of its checkpoints. */
export interface CircuitAtStep {
  step: number;
  circuit: CollapsedCircuit;
}

/** The circuits of a run that are compared: found on the same examples, by the same rule and of the same size. */
export type ComparedCircuits = RunKey & Pick<ChangeRow, "sample" | "rule" | "size">;

/**
 * Compares each of a run's circuits with the previous one, and with the first.
 * @param circuits in the order of steps
 * @throws UserError if the first circuit is empty: rates of change are fractions of its size
 */
export function changeRows(key: ComparedCircuits, circuits: readonly CircuitAtStep[]): ChangeRow[] {
  const [first, ...later] = circuits;
  if (!first || later.length === 0) return [];
  const { plan, draw, seed, sample, rule, size } = key;
  if (first.circuit.edges.size === 0) throw noEdges({ ...key, step: first.step });
  const row = (reference: ChangeRow["reference"], from: CircuitAtStep, to: CircuitAtStep): ChangeRow => ({
    ...{ plan, draw, seed, sample, rule, size },
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

/** The error for a run whose first circuit is empty. */
export function noEdges(first: CheckpointKey): UserError {
  return new UserError("rates of change are undefined: the first circuit of the run has no edges", {
    place: describeCheckpoint(first),
    remedy: "raise `fraction` until input and logits are connected",
  });
}

/** @param first the circuit whose size rates divide by */
function compare(from: CollapsedCircuit, to: CollapsedCircuit, first: CollapsedCircuit) {
  checkSameGraph(from.graph, to.graph);
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
    edgesAddedAtChangedNodes: countAt(from.graph, edges.added, new Set(nodes.added)),
    edgesRemovedAtChangedNodes: countAt(from.graph, edges.removed, new Set(nodes.removed)),
    edgeJaccard: edges.jaccard,
    edgeChangeRate: changeRate(edges, first.edges.size),
  };
}

/** How many of the edges begin or end at one of the nodes. */
function countAt(graph: Graph, edges: readonly number[], nodes: ReadonlySet<number>): number {
  return edges.filter((edge) => {
    const { source, destination } = graph.nodesOf(edge);
    return nodes.has(source) || nodes.has(destination);
  }).length;
}
