/** Reads the EAP-IG library's graphs as PyTorch saves them (.pt). */

import { type PickleValue, parseTorch, readTorch, TorchTensor, UserError } from "@ft/artifacts";
import type { Graph } from "../graph.ts";
import { GraphNames } from "../names.ts";
import {
  type CircuitFile,
  type CircuitFileEdge,
  maxBytes,
  readShape,
  someNeurons,
  wrong,
} from "./circuit-file.ts";

const options = {
  most: maxBytes,
  what: "the circuit",
  remedy:
    "give a file that Graph.to_pt of the EAP-IG library wrote, or its JSON with a name that ends in .json",
};

/**
 * Reads a graph that `Graph.to_pt` of the EAP-IG library wrote: a dict of `cfg`, `src_nodes` [S] and `dst_nodes` [D]
 * (names, in the library's order), `edges_scores` [S, D], `edges_in_graph` [S, D], `nodes_in_graph` [S] and, if it has
 * them, `nodes_scores` [S] (NaN: none) and `neurons_in_graph` [S, d_model]. Scores of neurons are skipped. No code in the
 * file is run. Entries of pairs without an edge are ignored: the library gives them scores too.
 * @throws UserError naming the file, the place in it and the remedy
 */
export function readCircuitTorch(file: string): CircuitFile {
  return circuitFile(readTorch(file, options), file);
}

/** {@link readCircuitTorch} of bytes; `file` is named in errors. */
export function parseCircuitTorch(bytes: Uint8Array, file: string): CircuitFile {
  return circuitFile(parseTorch(bytes, file, options), file);
}

function circuitFile(root: PickleValue, file: string): CircuitFile {
  const parts = asDict(
    root,
    file,
    "the file",
    "a dict with the keys of Graph.to_pt, such as cfg and edges_scores",
  );
  const cfg = asDict(parts.get("cfg"), file, "cfg", "a dict with n_layers, n_heads and parallel_attn_mlp");
  const { graph, dModel } = readShape(Object.fromEntries(cfg), file);
  const { sources, destinations } = graph;
  const names = new GraphNames(graph);
  checkNames(parts.get("src_nodes"), names.nodes.slice(0, sources), file, "src_nodes");
  checkNames(parts.get("dst_nodes"), names.destinations, file, "dst_nodes");
  const values = (key: string, ...shape: number[]) => readTensor(parts.get(key), shape, file, key);
  const flags = (key: string, ...shape: number[]) => checkFlags(values(key, ...shape), file, key);

  const scores = values("edges_scores", sources, destinations);
  const edgesInGraph = flags("edges_in_graph", sources, destinations);
  const nodesInGraph = flags("nodes_in_graph", sources);
  const nodeScores = parts.has("nodes_scores") ? values("nodes_scores", sources) : undefined;
  if (nodeScores?.some((score) => Math.abs(score) === Number.POSITIVE_INFINITY))
    throw wrong(file, "nodes_scores", "Infinity", "finite, or NaN for nodes without a score");
  if (parts.has("neurons_in_graph"))
    checkNeurons(flags("neurons_in_graph", sources, dModel ?? 0), nodesInGraph, names, file);

  const edges = Array.from({ length: graph.edges }, (_, edge): CircuitFileEdge => {
    const at = graph.sourceOf[edge]! * destinations + graph.destinationOf[edge]!;
    const score = scores[at]!;
    if (!Number.isFinite(score))
      throw wrong(file, `edges_scores of ${names.edge(edge)}`, score, "a finite number");
    const ends = { source: graph.sourceOf[edge]!, destination: graph.endOf(edge) };
    return { name: names.edge(edge), ...ends, score, inGraph: edgesInGraph[at] === 1 };
  });
  return {
    ...{ file, names, dModel, edges },
    nodes: nodesOf(graph, nodesInGraph),
    ...(nodeScores?.some(Number.isFinite) && { nodeScores }),
    collapsed: false,
  };
}

/** The nodes in the graph; the logits, which the file does not list, always are. */
function nodesOf({ logits }: Graph, inGraph: Float64Array): Set<number> {
  return new Set([...Array.from(inGraph.keys()).filter((node) => inGraph[node] === 1), logits]);
}

function asDict(
  value: PickleValue | undefined,
  file: string,
  place: string,
  expected: string,
): ReadonlyMap<string, PickleValue> {
  if (value instanceof Map) return value;
  throw wrong(file, place, value, expected);
}

/** Checks that the file orders its nodes as the library does, which itself relies on it. */
function checkNames(
  found: PickleValue | undefined,
  wanted: readonly string[],
  file: string,
  key: string,
): void {
  if (!Array.isArray(found)) throw wrong(file, key, found, "a list of the names of nodes");
  const other = wanted.findIndex((name, i) => found[i] !== name);
  if (other < 0 && found.length === wanted.length) return;
  const place = `${key}[${other < 0 ? wanted.length : other}]`;
  throw new UserError("the nodes of the file are not those of its cfg in the library's order", {
    file,
    place,
    value: found[other < 0 ? wanted.length : other],
    remedy: other < 0 ? `there must be ${wanted.length}` : `it must be "${wanted[other]}"`,
  });
}

function readTensor(
  value: PickleValue | undefined,
  shape: readonly number[],
  file: string,
  key: string,
): Float64Array {
  const expected = `a tensor of shape [${shape.join(", ")}]`;
  if (!(value instanceof TorchTensor)) throw wrong(file, key, value, expected);
  if (value.shape.length !== shape.length || value.shape.some((size, i) => size !== shape[i]))
    throw wrong(file, key, value, expected);
  return value.read();
}

/** Values that must be true or false, in a tensor of any type. */
function checkFlags(values: Float64Array, file: string, key: string): Float64Array {
  const other = values.find((value) => value !== 0 && value !== 1);
  if (other === undefined) return values;
  throw wrong(file, key, other, "true or false, or 1 or 0");
}

/** Refuses circuits with parts of nodes. @param neurons [S, d_model] */
function checkNeurons(neurons: Float64Array, nodes: Float64Array, names: GraphNames, file: string): void {
  const width = neurons.length / nodes.length;
  const some = neurons.findIndex((present, i) => !present && nodes[Math.trunc(i / width)] === 1);
  if (some >= 0) throw someNeurons(file, `neurons_in_graph of ${names.nodes[Math.trunc(some / width)]}`);
}
