/** Circuits and scripts in the form in which the page embeds them. */
import { readFileSync } from "node:fs";
import { type CollapsedCircuit, checkSameGraph, GraphNames } from "@ft/graph";
import type { EmbeddedCircuits } from "./browser/circuit.js";

/** Circuits of the same graph to look at, in order. */
export interface CircuitsToView {
  /** Heading of the page. */
  title: string;
  /** A sentence on the origin of the circuits. */
  about: string;
  /** At least one; a `name` such as "step 282". */
  checkpoints: readonly { name: string; circuit: CollapsedCircuit }[];
}

/**
 * The circuits as data of the page: the edges of any checkpoint, in the graph's order; scores as 32-bit floats, which are
 * exact to seven digits.
 *
 * @throws UserError if the circuits are of different graphs
 */
export function embedCircuits({ title, about, checkpoints }: CircuitsToView): EmbeddedCircuits {
  const circuits = checkpoints.map(({ circuit }) => circuit);
  const { graph } = circuits[0]!;
  for (const circuit of circuits) checkSameGraph(graph, circuit.graph);
  const pairs = [...new Set(circuits.flatMap(({ edges }) => [...edges.keys()]))].sort((a, b) => a - b);
  const ends = pairs.map((pair) => graph.nodesOf(pair));
  return {
    title,
    about,
    layers: graph.layers,
    heads: graph.heads,
    nodes: [...new GraphNames(graph).nodes],
    checkpoints: checkpoints.map(({ name }) => name),
    sources: base64(Uint16Array.from(ends, ({ source }) => source)),
    destinations: base64(Uint16Array.from(ends, ({ destination }) => destination)),
    scores: circuits.map(({ edges }) =>
      base64(Float32Array.from(pairs, (pair) => edges.get(pair) ?? Number.NaN)),
    ),
  };
}

function base64({ buffer }: Uint16Array | Float32Array): string {
  return Buffer.from(buffer as ArrayBuffer).toString("base64");
}

/** JSON for a script element: no text in it can end the element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** The modules of the page, each after those that it imports. */
const modules = [
  "circuit",
  "layout",
  "state",
  "describe",
  "figure",
  "canvases",
  "nodes",
  "edge-list",
  "main",
] as const;

/**
 * The modules of the page as one script, since a page opened as a file cannot import modules from others. Their top-level
 * names are therefore distinct.
 */
export function pageScript(): string {
  return modules
    .map((name) => readFileSync(new URL(`browser/${name}.js`, import.meta.url), "utf8"))
    .map((text) => text.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export (?=\w)/gm, ""))
    .join("\n");
}
