/** The EAP-IG library's graph JSON, written. */

import { writeFileAtomic } from "../files/atomic-file.ts";
import type { EdgeScores, EdgeSet } from "./graph.ts";
import type { GraphNames } from "./names.ts";

/** What is written as a graph file. */
export interface CircuitToWrite {
  names: GraphNames;
  /** Width of the residual stream, which the library asks for. */
  dModel: number;
  /** Score of every edge, [sources * destinations]. */
  scores: EdgeScores;
  /** The circuit's edges; its nodes are their ends, and the logits. */
  set: EdgeSet;
}

/** Writes a graph file with every edge of the graph, as `Graph.from_json` of today's EAP-IG library loads it. */
export function writeCircuitJson(file: string, circuit: CircuitToWrite): void {
  writeFileAtomic(file, formatCircuitJson(circuit));
}

/** The text of {@link writeCircuitJson}: one node and one edge a line. */
export function formatCircuitJson({ names, dModel, scores, set }: CircuitToWrite): string {
  const { graph } = names;
  const inGraph = new Uint8Array(graph.nodes);
  inGraph[graph.logits] = 1;
  for (const edge of graph.existing) {
    if (!set[edge]) continue;
    inGraph[graph.sourceOf(edge)] = 1;
    inGraph[graph.nodeOf[graph.destinationOf(edge)]!] = 1;
  }
  const cfg = {
    n_layers: graph.layers,
    n_heads: graph.heads,
    parallel_attn_mlp: graph.parallel,
    d_model: dModel,
  };
  const nodes = names.nodes.map((name, node) => `"${name}": {"in_graph": ${inGraph[node] === 1}}`);
  const edges = Array.from(graph.existing, (edge) => {
    if (!Number.isFinite(scores[edge]))
      throw new Error(`The score of ${names.edge(edge)} is ${scores[edge]}.`);
    return `"${names.edge(edge)}": {"score": ${scores[edge]}, "in_graph": ${set[edge] === 1}}`;
  });
  const block = (lines: string[]) => `{\n${lines.join(",\n")}\n}`;
  return `{"cfg": ${JSON.stringify(cfg)},\n"nodes": ${block(nodes)},\n"edges": ${block(edges)}}\n`;
}
