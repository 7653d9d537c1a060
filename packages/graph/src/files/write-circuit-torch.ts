/** Writes the EAP-IG library's graphs as PyTorch saves them (.pt). */
import { type TorchWritable, torchBytes } from "@ft/artifacts";
import type { EdgeScores } from "../graph.ts";
import { GraphNames } from "../names.ts";
import { type CircuitToWrite, nodesInGraph } from "./write-circuit-json.ts";

/**
 * A graph as `Graph.from_pt` of the EAP-IG library loads it, and `torch.load(weights_only=True)`: the keys of
 * `readCircuitTorch`, and `attribution`, which the library skips. Scores are float32, as the library's, if that changes
 * none of them, else float64. Pairs without an edge score 0 and are not in the graph.
 */
export function circuitTorchBytes(circuit: CircuitToWrite): Uint8Array {
  const { graph, dModel, scores, edges: set, nodeScores, attribution } = circuit;
  const { sources, destinations } = graph;
  const names = new GraphNames(graph);
  const matrix = new Float64Array(sources * destinations);
  const inGraph = new Uint8Array(sources * destinations);
  for (let edge = 0; edge < graph.edges; edge++) {
    const at = graph.sourceOf[edge]! * destinations + graph.destinationOf[edge]!;
    if (!Number.isFinite(scores[edge]))
      throw new Error(`The score of ${names.edge(edge)} is ${scores[edge]}.`);
    matrix[at] = scores[edge]!;
    inGraph[at] = set[edge]!;
  }
  const cfg = { n_layers: graph.layers, n_heads: graph.heads, parallel_attn_mlp: graph.parallel };
  return torchBytes(
    new Map<string, TorchWritable>([
      ["cfg", dictOf({ ...cfg, ...(dModel !== undefined && { d_model: dModel }) })],
      ["src_nodes", names.nodes.slice(0, sources)],
      ["dst_nodes", names.destinations],
      ["edges_scores", { shape: [sources, destinations], data: narrowest(matrix) }],
      ["edges_in_graph", { shape: [sources, destinations], data: inGraph }],
      ["nodes_in_graph", { shape: [sources], data: nodesInGraph(circuit).subarray(0, sources) }],
      ...(nodeScores ? [["nodes_scores", { shape: [sources], data: narrowest(nodeScores) }] as const] : []),
      ...(attribution ? [["attribution", dictOf(attribution)] as const] : []),
    ]),
  );
}

/** As float32 if it holds every value exactly. */
function narrowest(values: EdgeScores): EdgeScores {
  return values.every((value) => Object.is(Math.fround(value), value)) ? Float32Array.from(values) : values;
}

/** A JSON object as Python's dict; what is undefined is left out. */
function dictOf(value: object): TorchWritable {
  if (Array.isArray(value)) return value.map(writable);
  return new Map(
    Object.entries(value).flatMap(([key, item]) =>
      item === undefined ? [] : [[key, writable(item)] as const],
    ),
  );
}

function writable(value: unknown): TorchWritable {
  return typeof value === "object" && value !== null
    ? dictOf(value)
    : (value as string | number | boolean | null);
}
