/** Rows of scores.arrow and circuits.arrow as scores and circuits, and circuits as rows. */
import {
  type CircuitKey,
  type CircuitRow,
  describeCheckpoint,
  type ScoresRow,
  UserError,
} from "@ft/artifacts";
import { type Circuit, collapse, edgesIn, setOf } from "./circuit.ts";
import { createGraph, type Graph, type GraphShape } from "./graph.ts";
import type { ScoredGraph } from "./select/rules/rule.ts";

/** All rows of a table have the same graph, so it is built once. */
let latest: Graph | undefined;

/** The graph that a row's vectors belong to. */
export function graphOfRow(row: GraphShape): Graph {
  if (!latest?.equals(row)) latest = createGraph(row);
  return latest;
}

/**
 * The scores of a row by edge and, if it has them, by node.
 * @param file named in errors
 * @throws UserError if their number is not the graph's number of edges, or that of node scores not its number of sources
 */
export function scoresOfRow(row: ScoresRow, file: string): ScoredGraph & { scores: Float64Array } {
  const graph = graphOfRow(row);
  const { scores, nodeScores } = row;
  checkLength("scores", scores.length, graph.edges);
  if (nodeScores) checkLength("nodeScores", nodeScores.length, graph.sources);
  return {
    graph,
    scores: Float64Array.from(scores),
    ...(nodeScores && { nodeScores: Float64Array.from(nodeScores) }),
  };

  function checkLength(column: string, found: number, expected: number) {
    if (found === expected) return;
    throw new UserError(`a graph of ${graph.describe()} has ${expected} ${column}, not ${found}`, {
      file,
      place: describeCheckpoint(row),
      remedy: "write one for each, in the graph's order",
    });
  }
}

/**
 * The circuit of a row; scores of edges outside it are 0.
 * @param file named in errors
 * @throws UserError if it has an edge that its graph does not have
 */
export function circuitOfRow(row: CircuitRow, file: string): Circuit {
  const graph = graphOfRow(row);
  const last = row.edges.at(-1) ?? 0;
  if (last >= graph.edges) {
    throw new UserError("a circuit has an edge that its graph does not have", {
      file,
      place: describeCheckpoint(row),
      value: last,
      remedy: `a graph of ${graph.describe()} has the edges 0 to ${graph.edges - 1}`,
    });
  }
  const scores = new Float64Array(graph.edges);
  row.edges.forEach((edge, i) => {
    scores[edge] = row.scores[i]!;
  });
  return { graph, edges: setOf(graph, row.edges), scores };
}

/** A circuit as a row. @param selectedEdges edges chosen before pruning */
export function rowOfCircuit(key: CircuitKey, circuit: Circuit, selectedEdges: number): CircuitRow {
  const { plan, draw, seed, step, sample, rule, size, index } = key;
  const { layers, heads, parallel } = circuit.graph;
  const { nodes, edges: collapsed } = collapse(circuit);
  const edges = edgesIn(circuit.edges);
  return {
    ...{ plan, draw, seed, step, sample, rule, size, index },
    ...{ layers, heads, parallel },
    selectedEdges,
    nodes: nodes.size,
    collapsedEdges: collapsed.size,
    edges,
    scores: edges.map((edge) => circuit.scores[edge]!),
  };
}
