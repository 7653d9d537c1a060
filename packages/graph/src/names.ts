/** Names of nodes and edges as the EAP-IG library writes them: "a0.h1->m3", "m2->a5.h7<q>", "m11->logits". */

import { nearest, UserError } from "@ft/artifacts";
import { type Graph, type Port, ports } from "./graph.ts";

/** A node's kind and position. */
export type NodePlace =
  | { kind: "input" }
  | { kind: "head"; layer: number; head: number }
  | { kind: "mlp"; layer: number }
  | { kind: "logits" };

/** An edge's two ends; the port is null unless the edge names one of a head's inputs. */
export interface EdgeEnds {
  source: string;
  destination: string;
  port: Port | null;
}

const nodePattern = /^(?:(input)|(logits)|m(0|[1-9]\d{0,5})|a(0|[1-9]\d{0,5})\.h(0|[1-9]\d{0,5}))$/;
const edgePattern = /^([^<>]+)->([^<>]+?)(?:<([qkv])>)?$/;

/** Reads a node's name, whatever the size of the graph. Undefined if it does not have the form of a node's name. */
export function parseNode(name: string): NodePlace | undefined {
  const [, input, logits, mlp, layer, head] = nodePattern.exec(name) ?? [];
  if (input) return { kind: "input" };
  if (logits) return { kind: "logits" };
  if (mlp) return { kind: "mlp", layer: Number(mlp) };
  if (layer && head) return { kind: "head", layer: Number(layer), head: Number(head) };
  return undefined;
}

/** Splits an edge's name into its ends, whatever the size of the graph. Undefined if it does not have the form of an edge's name. */
export function parseEdge(name: string): EdgeEnds | undefined {
  const [, source, destination, port] = edgePattern.exec(name) ?? [];
  if (!source || !destination || !parseNode(source) || !parseNode(destination)) return undefined;
  return { source, destination, port: (port as Port | undefined) ?? null };
}

/** The name of an edge between two nodes; with a port, of the edge into that input of a head. */
export function formatEdge(source: string, destination: string, port: Port | null = null): string {
  return port ? `${source}->${destination}<${port}>` : `${source}->${destination}`;
}

/** Index to name and name to index, for one graph. */
export class GraphNames {
  readonly graph: Graph;
  /** Every node's name, [nodes], in the order of sources; the logits last. */
  readonly nodes: readonly string[];
  /** Every destination's name, [destinations]: "a0.h1<q>", "m3", "logits". */
  readonly destinations: readonly string[];
  readonly #nodes: Map<string, number>;
  readonly #destinations: Map<string, number>;

  constructor(graph: Graph) {
    const nodes = new Array<string>(graph.nodes).fill("");
    const destinations = new Array<string>(graph.destinations).fill("");
    nodes[0] = "input";
    nodes[graph.logits] = "logits";
    destinations[graph.logitsDestination] = "logits";
    for (let layer = 0; layer < graph.layers; layer++) {
      for (let head = 0; head < graph.heads; head++) {
        const name = `a${layer}.h${head}`;
        nodes[graph.headSource(layer, head)] = name;
        for (const port of ports) destinations[graph.headDestination(layer, head, port)] = `${name}<${port}>`;
      }
      nodes[graph.mlpSource(layer)] = `m${layer}`;
      destinations[graph.mlpDestination(layer)] = `m${layer}`;
    }
    this.graph = graph;
    this.nodes = nodes;
    this.destinations = destinations;
    this.#nodes = new Map(nodes.map((name, index) => [name, index]));
    this.#destinations = new Map(destinations.map((name, index) => [name, index]));
  }

  /** The name of an edge, with its port. */
  edge(edge: number): string {
    const { graph } = this;
    return `${this.nodes[graph.sourceOf[edge]!]}->${this.destinations[graph.destinationOf[edge]!]}`;
  }

  /** The parts of an edge's name. */
  ends(edge: number): EdgeEnds {
    const { graph } = this;
    const name = this.destinations[graph.destinationOf[edge]!]!;
    const destination = this.nodes[graph.endOf(edge)]!;
    const port = name === destination ? null : (name.at(-2) as Port);
    return { source: this.nodes[graph.sourceOf[edge]!]!, destination, port };
  }

  /** The name of a pair of nodes, as of an edge without its port: "m2->a5.h7". @param pair see {@link Graph.pair} */
  pair(pair: number): string {
    const { source, destination } = this.graph.nodesOf(pair);
    return formatEdge(this.nodes[source]!, this.nodes[destination]!);
  }

  /** The index of a node, or undefined if this graph has none with that name. */
  findNode(name: string): number | undefined {
    return this.#nodes.get(name);
  }

  /** The index of an edge, with separate q, k and v, or undefined if this graph has none with that name. */
  findEdge(name: string): number | undefined {
    const { graph } = this;
    const arrow = name.indexOf("->");
    const source = this.#nodes.get(name.slice(0, arrow));
    const destination = this.#destinations.get(name.slice(arrow + 2));
    if (source === undefined || destination === undefined || source >= graph.readable[destination]!)
      return undefined;
    return graph.edge(source, destination);
  }

  /**
   * The index of an edge, with separate q, k and v.
   * @param file named in the error
   * @throws UserError naming the edge and the nearest one, if this graph has none with that name
   */
  edgeIndex(name: string, file?: string): number {
    const edge = this.findEdge(name);
    if (edge === undefined) throw this.noSuchEdge(name, file);
    return edge;
  }

  /** The error for a node that this graph does not have, with the nearest one. */
  noSuchNode(name: string, file?: string): UserError {
    const near = nearest(name, this.nodes);
    const form = "nodes are input, a0.h0 (layer, head), m0 (layer) and logits";
    return this.#unknown("node", name, near ? `the nearest is "${near}"` : form, file);
  }

  /** The error for an edge that this graph does not have, with the nearest one. */
  noSuchEdge(name: string, file?: string): UserError {
    const { graph } = this;
    const [from = "", to = ""] = name.split("->");
    const source = this.#nodes.get(from);
    const readers = this.destinations.filter((_, i) => source === undefined || source < graph.readable[i]!);
    const isHead = this.#nodes.has(to) && parseNode(to)?.kind === "head";
    const destination = nearest(isHead ? `${to}<q>` : to, readers) ?? "logits";
    const sources = this.nodes.slice(0, graph.readable[this.#destinations.get(destination)!]);
    const remedy = `the nearest is "${nearest(from, sources) ?? sources.at(-1)}->${destination}"`;
    return this.#unknown("edge", name, remedy, file);
  }

  #unknown(what: string, name: string, remedy: string, file?: string): UserError {
    const problem = `there is no such ${what} in a graph of ${this.graph.describe()}`;
    return new UserError(problem, { ...(file === undefined ? {} : { file }), value: name, remedy });
  }
}
