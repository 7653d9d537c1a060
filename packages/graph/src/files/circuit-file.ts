/** The contents of the EAP-IG library's graph files, whatever their format. */

import { UserError } from "@ft/artifacts";
import type { Circuit, CollapsedCircuit } from "../circuit.ts";
import { createGraph, type Graph } from "../graph.ts";
import type { GraphNames } from "../names.ts";

/** Largest graph file read, in bytes; as JSON the whole graph of Pythia-1.4B takes 15 million. */
export const maxBytes = 2 ** 29;

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
  /** A score for every source, [sources], NaN where it has none; undefined if no node has one. */
  nodeScores?: Float64Array;
  /** Whether a head's q, k and v edges are added up into a single edge, as the paper stores its circuits. */
  collapsed: boolean;
  edges: CircuitFileEdge[];
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

/**
 * The graph and the width of the residual stream that the library's `cfg` says.
 * @throws UserError if n_layers, n_heads or parallel_attn_mlp is missing or impossible
 */
export function readShape(cfg: unknown, file: string): { graph: Graph; dModel: number | undefined } {
  const shape = asObject(cfg, file, "cfg", "an object with n_layers, n_heads and parallel_attn_mlp");
  const { n_layers: layers, n_heads: heads, parallel_attn_mlp: parallel, d_model: dModel } = shape;
  const size = (value: unknown, key: string): number => {
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    throw wrong(file, `cfg.${key}`, value, "a positive integer");
  };
  if (typeof parallel !== "boolean") throw wrong(file, "cfg.parallel_attn_mlp", parallel, "true or false");
  try {
    const graph = createGraph({ layers: size(layers, "n_layers"), heads: size(heads, "n_heads"), parallel });
    return { graph, dModel: typeof dModel === "number" ? dModel : undefined };
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(error.problem, { place: "cfg", ...error.at, file })
      : error;
  }
}

/** @throws UserError if a value is not an object */
export function asObject(
  value: unknown,
  file: string,
  place: string,
  expected: string,
): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(file, place, value, expected);
}

/** The error for a part of a graph file that is missing or not what it must be. */
export function wrong(file: string, place: string, value: unknown, expected: string): UserError {
  const problem =
    value === undefined ? "a part of the circuit is missing" : "a part of the circuit is invalid";
  return new UserError(problem, { file, place, value, remedy: `it must be ${expected}` });
}

/** The error for a circuit of parts of nodes, which cannot be run here. */
export function someNeurons(file: string, place: string): UserError {
  return new UserError("the circuit has nodes with only some of their neurons", {
    file,
    place,
    remedy: "only circuits of whole nodes can be used: write it without neurons",
  });
}
