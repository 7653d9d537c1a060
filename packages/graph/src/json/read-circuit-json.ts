/** Reads the EAP-IG library's graph JSON. */

import { parseJson, readJson, UserError } from "@ft/artifacts";
import type { Circuit, CollapsedCircuit } from "../circuit.ts";
import { createGraph, type Graph } from "../graph.ts";
import { GraphNames, parseEdge, parseNode } from "../names.ts";

/** Largest file read, in bytes; the whole graph of Pythia-1.4B takes 15 million. */
const maxBytes = 2 ** 29;
const plainJson = "write it as plain JSON, without NaN or Infinity";

/** An edge of a graph file. */
export interface CircuitFileEdge {
  name: string;
  /** The nodes at its ends. */
  source: number;
  destination: number;
  score: number;
  inGraph: boolean;
}

/** A graph file's contents, checked. */
export interface CircuitFile {
  /** The file it was read from, for messages. */
  file: string;
  names: GraphNames;
  /** Width of the residual stream; undefined if the file does not say it, as the paper's do not. */
  dModel: number | undefined;
  /** The nodes marked as in the graph. */
  nodes: Set<number>;
  /** Whether a head's q, k and v edges are added up into a single edge, as the paper stores its circuits. */
  collapsed: boolean;
  edges: CircuitFileEdge[];
}

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
  const names = new GraphNames(readShape(cfg, file));
  const { d_model: dModel } = cfg as { d_model?: unknown };
  const nodeEntries = Object.entries(asObject(nodes, file, "nodes", "an object of nodes by name"));
  const edgeEntries = Object.entries(asObject(edges, file, "edges", "an object of edges by name"));
  const collapsed = isCollapsed(edgeEntries, file);
  return {
    file,
    names,
    dModel: typeof dModel === "number" ? dModel : undefined,
    nodes: new Set(
      nodeEntries
        .filter(([name, node]) => readNode(names, name, node, file))
        .map(([name]) => names.findNode(name)!),
    ),
    collapsed,
    edges: edgeEntries.map(([name, edge]) => readEdge(names, collapsed, name, edge, file)),
  };
}

/** The file's circuit for statistics: its marked nodes and edges, with q, k and v collapsed. */
export function collapsedCircuitOf({ names: { graph }, nodes, edges }: CircuitFile): CollapsedCircuit {
  const sums = new Map<number, number>();
  for (const { source, destination, score, inGraph } of edges) {
    if (!inGraph) continue;
    const pair = graph.pair(source, destination);
    sums.set(pair, (sums.get(pair) ?? 0) + score);
  }
  return { graph, nodes, edges: sums };
}

/**
 * The file's circuit, for running it. Scores of edges that it does not list are 0.
 * @throws UserError if q, k and v are collapsed, since it is then unknown which of them the circuit has
 */
export function circuitOf({ file, names, collapsed, edges }: CircuitFile): Circuit {
  if (collapsed) {
    throw new UserError("a circuit with q, k and v collapsed into one edge cannot be run", {
      file,
      place: "edges",
      remedy: 'use a file whose edges into heads end in <q>, <k> or <v>, such as "m2->a5.h7<q>"',
    });
  }
  const { graph } = names;
  const set = graph.emptySet();
  const scores = new Float64Array(graph.edges);
  for (const { name, score, inGraph } of edges) {
    const edge = names.edgeIndex(name, file);
    scores[edge] = score;
    set[edge] = inGraph ? 1 : 0;
  }
  return { graph, edges: set, scores };
}

function readShape(cfg: unknown, file: string): Graph {
  const shape = asObject(cfg, file, "cfg", "an object with n_layers, n_heads and parallel_attn_mlp");
  const { n_layers: layers, n_heads: heads, parallel_attn_mlp: parallel } = shape;
  const size = (value: unknown, key: string): number => {
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    throw wrong(file, `cfg.${key}`, value, "a positive integer");
  };
  if (typeof parallel !== "boolean") throw wrong(file, "cfg.parallel_attn_mlp", parallel, "true or false");
  try {
    return createGraph({ layers: size(layers, "n_layers"), heads: size(heads, "n_heads"), parallel });
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(error.problem, { place: "cfg", ...error.at, file })
      : error;
  }
}

/** Whether the node is in the graph. */
function readNode(names: GraphNames, name: string, node: unknown, file: string): boolean {
  const place = `nodes["${name}"]`;
  if (names.findNode(name) === undefined) throw names.noSuchNode(name, file);
  if (typeof node === "boolean") return node;
  const { in_graph: inGraph, neurons } = asObject(node, file, place, 'true, false or {"in_graph": ...}');
  if (typeof inGraph !== "boolean") throw wrong(file, `${place}.in_graph`, inGraph, "true or false");
  if (Array.isArray(neurons) && inGraph && neurons.some((neuron) => !neuron)) {
    throw new UserError("the circuit has nodes with only some of their neurons", {
      file,
      place: `${place}.neurons`,
      remedy: "only circuits of whole nodes can be used: write it without neurons",
    });
  }
  return inGraph;
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

function asObject(value: unknown, file: string, place: string, expected: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(file, place, value, expected);
}

function wrong(file: string, place: string, value: unknown, expected: string): UserError {
  const problem =
    value === undefined ? "a part of the circuit is missing" : "a part of the circuit is invalid";
  return new UserError(problem, { file, place, value, remedy: `it must be ${expected}` });
}
