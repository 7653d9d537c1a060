/** Writes the EAP-IG library's graph JSON. */
import { type Circuit, type CollapsedCircuit, edgesIn } from "../circuit.ts";
import type { EdgeScores, Graph } from "../graph.ts";
import { GraphNames } from "../names.ts";

/** How nodes are written: for the current library, or for the paper's older copy, which takes any object for true. */
export const nodeForms = ["library", "paper"] as const;
export type NodeForm = (typeof nodeForms)[number];

/** The contents of a graph file; the circuit's nodes are the ends of its edges, and the logits. */
export interface CircuitToWrite extends Circuit {
  /** Width of the residual stream, which the library requires and the paper's copy of it does not. */
  dModel?: number | undefined;
  /** library: `"a0.h0": {"in_graph": true}`; paper: `"a0.h0": true`. @default "library" */
  nodeForm?: NodeForm;
  /** A score for every source, [sources], NaN where it has none; the paper's form of nodes has no place for them. */
  nodeScores?: EdgeScores | undefined;
  /** Where the scores came from, under the key `attribution`, which every version of the library skips. */
  attribution?: Record<string, unknown>;
}

/**
 * The text of a graph file with every edge of the graph, as `Graph.from_json` of the EAP-IG library loads it: one node or edge
 * per line.
 */
export function formatCircuitJson(circuit: CircuitToWrite): string {
  const { graph, dModel, scores, edges: set, nodeForm = "library", nodeScores, attribution } = circuit;
  const names = new GraphNames(graph);
  const inGraph = nodesInGraph(circuit);
  const mark = (node: number) => {
    const present = inGraph[node] === 1;
    if (nodeForm === "paper") return `${present}`;
    const score = nodeScores?.[node];
    return `{"in_graph": ${present}${Number.isFinite(score) ? `, "score": ${score}` : ""}}`;
  };
  const nodes = names.nodes.map((name, node) => `"${name}": ${mark(node)}`);
  const edges = Array.from(set, (member, edge) => {
    if (!Number.isFinite(scores[edge]))
      throw new Error(`The score of ${names.edge(edge)} is ${scores[edge]}.`);
    return `"${names.edge(edge)}": {"score": ${scores[edge]}, "in_graph": ${member === 1}}`;
  });
  return format(graph, { d_model: dModel }, nodes, edges, attribution);
}

/** The nodes of a circuit, [nodes], 1 where it has the node: the ends of its edges, and the logits. */
export function nodesInGraph({ graph, edges: set }: Pick<Circuit, "graph" | "edges">): Uint8Array {
  const inGraph = new Uint8Array(graph.nodes);
  inGraph[graph.logits] = 1;
  for (const edge of edgesIn(set)) {
    inGraph[graph.sourceOf[edge]!] = 1;
    inGraph[graph.endOf(edge)] = 1;
  }
  return inGraph;
}

/**
 * The text of a graph file in the form in which the paper stores collapsed circuits and their unions: q, k and v as one
 * edge, only the circuit's own nodes and edges, nodes as `"a0.h0": true`, no d_model.
 */
export function formatCollapsedJson({ graph, nodes, edges }: CollapsedCircuit): string {
  const names = new GraphNames(graph);
  return format(
    graph,
    {},
    [...nodes].sort((a, b) => a - b).map((node) => `"${names.nodes[node]}": true`),
    Array.from(edges, ([pair, score]) => `"${names.pair(pair)}": {"score": ${score}, "in_graph": true}`),
  );
}

function format(
  { layers, heads, parallel }: Graph,
  more: object,
  nodes: readonly string[],
  edges: readonly string[],
  attribution?: object,
): string {
  const cfg = { n_layers: layers, n_heads: heads, parallel_attn_mlp: parallel, ...more };
  const block = (lines: readonly string[]) => `{\n${lines.join(",\n")}\n}`;
  const origin = attribution ? `"attribution": ${JSON.stringify(attribution)},\n` : "";
  return `{"cfg": ${JSON.stringify(cfg)},\n${origin}"nodes": ${block(nodes)},\n"edges": ${block(edges)}}\n`;
}
