/** Reads the EAP-IG library's graph JSON. */

import { parseJson, readJson, UserError } from "@ft/artifacts";
import { GraphNames, parseEdge, parseNode } from "../names.ts";
import {
  asObject,
  type CircuitFile,
  type CircuitFileEdge,
  maxBytes,
  readShape,
  someNeurons,
  wrong,
} from "./circuit-file.ts";

const plainJson = "write it as plain JSON, without NaN or Infinity";

/**
 * Reads a graph written by the EAP-IG library, the current one or the paper's older copy: `cfg` (n_layers, n_heads,
 * parallel_attn_mlp), `nodes` by name (older: true or false; current: {"in_graph": ...}), and `edges` by name
 * ({"score": ..., "in_graph": ...}). Nodes and edges that it does not list are not in the graph. The paper's files
 * have q, k and v added up: edges into heads then have no port.
 * @throws UserError naming the file, the place in it and the remedy
 */
export function readCircuitJson(file: string): CircuitFile {
  return circuitFile(readJson(file, { most: maxBytes, what: "the circuit", remedy: plainJson }), file);
}

/** {@link readCircuitJson} of a text; `file` is named in errors. */
export function parseCircuitJson(text: string, file: string): CircuitFile {
  return circuitFile(parseJson(text, { file, what: "the circuit", remedy: plainJson }), file);
}

function circuitFile(root: unknown, file: string): CircuitFile {
  const { cfg, nodes, edges } = asObject(root, file, "the file", "an object with cfg, nodes and edges");
  const { graph, dModel } = readShape(cfg, file);
  const names = new GraphNames(graph);
  const nodeEntries = Object.entries(asObject(nodes, file, "nodes", "an object of nodes by name"));
  const edgeEntries = Object.entries(asObject(edges, file, "edges", "an object of edges by name"));
  const collapsed = isCollapsed(edgeEntries, file);
  const inGraph = nodeEntries.filter(([name, node]) => readNode(names, name, node, file));
  const nodeScores = readNodeScores(names, nodeEntries, file);
  return {
    file,
    names,
    dModel,
    nodes: new Set(inGraph.map(([name]) => names.findNode(name)!)),
    ...(nodeScores && { nodeScores }),
    collapsed,
    edges: edgeEntries.map(([name, edge]) => readEdge(names, collapsed, name, edge, file)),
  };
}

/** Whether the node is in the graph. */
function readNode(names: GraphNames, name: string, node: unknown, file: string): boolean {
  const place = `nodes["${name}"]`;
  if (names.findNode(name) === undefined) throw names.noSuchNode(name, file);
  if (typeof node === "boolean") return node;
  const { in_graph: inGraph, neurons } = asObject(node, file, place, 'true, false or {"in_graph": ...}');
  if (typeof inGraph !== "boolean") throw wrong(file, `${place}.in_graph`, inGraph, "true or false");
  if (Array.isArray(neurons) && inGraph && neurons.some((neuron) => !neuron))
    throw someNeurons(file, `${place}.neurons`);
  return inGraph;
}

/** The scores of nodes that have one; the logits, which feed nothing, have none. */
function readNodeScores(
  names: GraphNames,
  entries: [string, unknown][],
  file: string,
): Float64Array | undefined {
  const { graph } = names;
  const scores = new Float64Array(graph.sources).fill(Number.NaN);
  let any = false;
  for (const [name, node] of entries) {
    const { score } = Object(node) as { score?: unknown };
    const source = names.findNode(name)!;
    if (score === undefined || source === graph.logits) continue;
    if (!Number.isFinite(score)) throw wrong(file, `nodes["${name}"].score`, score, "a finite number");
    scores[source] = score as number;
    any = true;
  }
  return any ? scores : undefined;
}

/** Whether edges into heads have no port; a file must use either form throughout. */
function isCollapsed(edges: [string, unknown][], file: string): boolean {
  const intoHeads = edges
    .map(([name]) => ({ name, ends: parseEdge(name) }))
    .filter(({ ends }) => ends !== undefined && parseNode(ends.destination)?.kind === "head");
  const collapsed = intoHeads.length > 0 && intoHeads[0]!.ends!.port === null;
  const other = intoHeads.find(({ ends }) => (ends!.port === null) !== collapsed);
  if (other === undefined) return collapsed;
  throw new UserError("some edges into heads name q, k or v and some do not", {
    file,
    place: "edges",
    value: `${intoHeads[0]!.name} and ${other.name}`,
    remedy: "give every edge into a head its <q>, <k> or <v>, or none",
  });
}

function readEdge(
  names: GraphNames,
  collapsed: boolean,
  name: string,
  edge: unknown,
  file: string,
): CircuitFileEdge {
  const place = `edges["${name}"]`;
  const ends = parseEdge(name);
  const intoHead = ends !== undefined && parseNode(ends.destination)?.kind === "head";
  if (names.findEdge(collapsed && intoHead ? `${name}<q>` : name) === undefined)
    throw names.noSuchEdge(name, file);
  const { score, in_graph: inGraph } = asObject(edge, file, place, '{"score": ..., "in_graph": ...}');
  if (!Number.isFinite(score)) throw wrong(file, `${place}.score`, score, "a finite number");
  if (typeof inGraph !== "boolean") throw wrong(file, `${place}.in_graph`, inGraph, "true or false");
  const [source, destination] = [names.findNode(ends!.source)!, names.findNode(ends!.destination)!];
  return { name, source, destination, score: score as number, inGraph };
}
