/** The indexing of a graph's nodes and edges, shared by every stage that names or scores an edge. */

import { UserError } from "@ft/artifacts";

/** The inputs of an attention head that an edge can end at. */
export const ports = ["q", "k", "v"] as const;
export type Port = (typeof ports)[number];

/** A score for every edge, [edges], in the graph's order. */
export type EdgeScores = Float64Array | Float32Array;

/** A set of edges, [edges], in the graph's order: 1 where the edge is in the set. */
export type EdgeSet = Uint8Array;

/** What determines a graph's nodes and edges. */
export interface GraphShape {
  layers: number;
  /** Attention heads per layer. */
  heads: number;
  /**
   * Whether attention and MLP of a layer both read the layer's input (GPT-NeoX), so its heads do not feed its
   * own MLP. GPT-2, GPT-Neo and OPT compute them one after the other. It has no default: a graph of the wrong kind
   * would have other edges under the same names.
   */
  parallel: boolean;
}

/** Largest sources x destinations accepted; 80 layers of 64 heads have 80 million. */
const MOST_PAIRS = 2 ** 27;

/**
 * The computational graph of a decoder-only transformer, as EAP-IG draws it (Hanna et al. 2024): nodes are the
 * input embedding, every attention head, every MLP and the logits; an edge carries a node's output through the
 * residual stream to the input of a later one, for a head separately to its q, k and v.
 *
 * With L layers and H heads there are 1 + L(H + 1) sources, in the order of computation: input, then for each layer
 * its heads and its MLP. Node i is source i; the logits, which feed nothing, are the last node. There are
 * L(3H + 1) + 1 destinations: for each layer its heads' q, its heads' k, its heads' v and its MLP; last the logits.
 * Both orders are the EAP-IG library's. Edges are numbered from 0, sorted by source and then
 * by destination: this is the order of every vector of scores.
 */
export class Graph {
  readonly layers: number;
  readonly heads: number;
  readonly parallel: boolean;
  readonly sources: number;
  readonly destinations: number;
  /** How many edges exist. */
  readonly edges: number;
  /**
   * How many sources each destination reads, [destinations]. Sources are in the order of computation, so these are
   * exactly the sources below this number: the only rule for which edges exist.
   */
  readonly readable: Int32Array;
  /** The node each destination belongs to, [destinations]. */
  readonly nodeOf: Int32Array;
  /** The source of each edge, [edges], in ascending order. */
  readonly sourceOf: Int32Array;
  /** The destination of each edge, [edges]. */
  readonly destinationOf: Int32Array;
  /** The first edge of each source, [sources], minus the first destination that reads it. */
  readonly offsets: Int32Array;

  /** @throws UserError when layers or heads are not positive integers, or the graph is beyond any known model */
  constructor({ layers, heads, parallel }: GraphShape) {
    const sources = 1 + layers * (heads + 1);
    const destinations = layers * (3 * heads + 1) + 1;
    if (!Number.isInteger(layers) || !Number.isInteger(heads) || layers < 1 || heads < 1) {
      throw new UserError("a graph needs at least one layer and one head", { value: { layers, heads } });
    }
    if (sources * destinations > MOST_PAIRS) {
      throw new UserError("the graph is larger than any model's", { value: { layers, heads } });
    }
    this.layers = layers;
    this.heads = heads;
    this.parallel = parallel;
    this.sources = sources;
    this.destinations = destinations;
    this.readable = new Int32Array(destinations);
    this.nodeOf = new Int32Array(destinations);
    for (let layer = 0; layer < layers; layer++) {
      for (const port of ports) {
        for (let head = 0; head < heads; head++) {
          const destination = this.headDestination(layer, head, port);
          this.readable[destination] = this.headSource(layer, 0);
          this.nodeOf[destination] = this.headSource(layer, head);
        }
      }
      this.readable[this.mlpDestination(layer)] = parallel
        ? this.headSource(layer, 0)
        : this.mlpSource(layer);
      this.nodeOf[this.mlpDestination(layer)] = this.mlpSource(layer);
    }
    this.readable[destinations - 1] = sources;
    this.nodeOf[destinations - 1] = sources;
    this.edges = this.readable.reduce((sum, count) => sum + count, 0);
    this.sourceOf = new Int32Array(this.edges);
    this.destinationOf = new Int32Array(this.edges);
    this.offsets = new Int32Array(sources);
    // Later destinations read no fewer sources, so those that read a source are the last ones.
    for (let source = 0, first = 0, edge = 0; source < sources; source++) {
      while (this.readable[first]! <= source) first++;
      this.offsets[source] = edge - first;
      for (let destination = first; destination < destinations; destination++, edge++) {
        this.sourceOf[edge] = source;
        this.destinationOf[edge] = destination;
      }
    }
  }

  /** The number of nodes: every source, and the logits. */
  get nodes(): number {
    return this.sources + 1;
  }

  /** The node of the logits. */
  get logits(): number {
    return this.sources;
  }

  /** The node, and source, of a head. */
  headSource(layer: number, head: number): number {
    return 1 + layer * (this.heads + 1) + head;
  }

  /** The node, and source, of an MLP. */
  mlpSource(layer: number): number {
    return 1 + layer * (this.heads + 1) + this.heads;
  }

  /** The destination of a head's q, k or v. */
  headDestination(layer: number, head: number, port: Port): number {
    return layer * (3 * this.heads + 1) + ports.indexOf(port) * this.heads + head;
  }

  /** The destination of an MLP. */
  mlpDestination(layer: number): number {
    return layer * (3 * this.heads + 1) + 3 * this.heads;
  }

  /** The destination of the logits, the last one. */
  get logitsDestination(): number {
    return this.destinations - 1;
  }

  /** The edge from a source to a destination that reads it; if there is none, the number is meaningless. */
  edge(source: number, destination: number): number {
    return this.offsets[source]! + destination;
  }

  /** The node that an edge ends at. */
  endOf(edge: number): number {
    return this.nodeOf[this.destinationOf[edge]!]!;
  }

  /** The index of an ordered pair of nodes, for statistics that count a head's q, k and v as one. */
  pair(source: number, node: number): number {
    return source * this.nodes + node;
  }

  /** The two nodes of {@link pair}. */
  nodesOf(pair: number): { source: number; destination: number } {
    return { source: Math.trunc(pair / this.nodes), destination: pair % this.nodes };
  }

  /** An empty set of this graph's edges. */
  emptySet(): EdgeSet {
    return new Uint8Array(this.edges);
  }

  /** The graph's shape for people: "24 layers of 16 heads (parallel MLPs)". */
  describe(): string {
    return `${this.layers} layers of ${this.heads} heads (${this.parallel ? "parallel" : "sequential"} MLPs)`;
  }

  /** Whether two graphs number the same nodes and edges. */
  equals(other: GraphShape): boolean {
    return this.layers === other.layers && this.heads === other.heads && this.parallel === other.parallel;
  }
}

/** The graph of a model; see {@link Graph}. */
export function createGraph(shape: GraphShape): Graph {
  return new Graph(shape);
}
