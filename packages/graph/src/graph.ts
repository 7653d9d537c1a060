/** The one home of the graph's node and edge indexing, shared by every stage that names or scores an edge. */

import { UserError } from "@ft/artifacts";

/** The inputs of an attention head that an edge can end at. */
export const ports = ["q", "k", "v"] as const;
export type Port = (typeof ports)[number];

/** One score an edge, [sources * destinations], source-major; entries where no edge exists are ignored. */
export type EdgeScores = Float64Array | Float32Array;

/** A set of edges, [sources * destinations], source-major: 1 where the edge is in the set. */
export type EdgeSet = Uint8Array;

/** What decides which nodes and edges there are. */
export interface GraphShape {
  layers: number;
  /** Attention heads a layer. */
  heads: number;
  /**
   * Whether attention and MLP of a layer both read the layer's input (GPT-NeoX), so that its heads do not feed its
   * own MLP. GPT-2, GPT-Neo and OPT compute them one after the other. Never by default: the graph of the other kind
   * has other edges under the same names.
   */
  parallel: boolean;
}

/** Largest [sources x destinations] accepted; 80 layers of 64 heads have 80 million. */
const maxMatrix = 2 ** 27;

/**
 * The computational graph of a decoder-only transformer, as EAP-IG draws it (Hanna et al. 2024): nodes are the
 * input embedding, every attention head, every MLP and the logits; an edge carries a node's output through the
 * residual stream to the input of a later one, for a head separately to its q, k and v.
 *
 * With L layers and H heads there are 1 + L(H + 1) sources, in the order of computation: input, then for each layer
 * its heads and its MLP. Node i is source i; the logits, which feed nothing, are the last node. There are
 * L(3H + 1) + 1 destinations: for each layer its heads' q, its heads' k, its heads' v and its MLP; last the logits.
 * Edge source * destinations + destination runs from source to destination. Both orders are the EAP-IG library's.
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
   * exactly the sources below this number: the one rule of which edges exist.
   */
  readonly readable: Int32Array;
  /** The node each destination belongs to, [destinations]. */
  readonly nodeOf: Int32Array;
  /** The indices of the edges that exist, [edges], ascending. */
  readonly existing: Int32Array;

  /** @throws UserError when layers or heads are not positive integers, or the graph is beyond any known model */
  constructor({ layers, heads, parallel }: GraphShape) {
    const sources = 1 + layers * (heads + 1);
    const destinations = layers * (3 * heads + 1) + 1;
    if (!Number.isInteger(layers) || !Number.isInteger(heads) || layers < 1 || heads < 1) {
      throw new UserError("a graph needs at least one layer and one head", { value: { layers, heads } });
    }
    if (sources * destinations > maxMatrix) {
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
    this.existing = new Int32Array(this.edges);
    let next = 0;
    for (let edge = 0; edge < sources * destinations; edge++) {
      if (this.exists(edge)) this.existing[next++] = edge;
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

  /** The edge from a source to a destination, whether or not it exists. */
  edge(source: number, destination: number): number {
    return source * this.destinations + destination;
  }

  /** The source of an edge. */
  sourceOf(edge: number): number {
    return Math.trunc(edge / this.destinations);
  }

  /** The destination of an edge. */
  destinationOf(edge: number): number {
    return edge % this.destinations;
  }

  /** Whether the edge's source comes before its destination. */
  exists(edge: number): boolean {
    return this.sourceOf(edge) < this.readable[this.destinationOf(edge)]!;
  }

  /** An empty set of this graph's edges. */
  emptySet(): EdgeSet {
    return new Uint8Array(this.sources * this.destinations);
  }

  /** Whether two graphs number the same nodes and edges. */
  equals(other: Graph): boolean {
    return this.layers === other.layers && this.heads === other.heads && this.parallel === other.parallel;
  }
}

/** The graph of a model; see {@link Graph}. */
export function createGraph(shape: GraphShape): Graph {
  return new Graph(shape);
}
