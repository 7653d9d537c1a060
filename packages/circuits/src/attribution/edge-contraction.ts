/** The product of the sources' differences and the gradients at the destinations, added to the scores of the edges between them. */
import type { Ops, Tensor } from "@ft/backend";
import type { EdgeScores, Graph } from "@ft/graph";
import { type BlockRecord, mlpNormalized, mlpOnDistinctRows } from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import { portDestinations } from "../pairs/ports.ts";
import { headGradients, rowGradients, sumPoints } from "./destination-gradients.ts";
import { mapNormalized } from "./path-record.ts";
import type { SourceDifferences } from "./source-differences.ts";

/** A block's gradients at its destinations, as the decoder's backward pass gives them. */
interface BlockGradients {
  dQkv: Tensor;
  dMlpInput: Tensor | undefined;
}

export class EdgeContraction {
  readonly #ops: Ops;
  readonly #model: CircuitModel;
  readonly #graph: Graph;
  readonly #sources: SourceDifferences;
  readonly #scores: EdgeScores;

  /** @param scores of every edge, [edges]; they grow */
  constructor(ops: Ops, model: CircuitModel, graph: Graph, sources: SourceDifferences, scores: EdgeScores) {
    this.#ops = ops;
    this.#model = model;
    this.#graph = graph;
    this.#sources = sources;
    this.#scores = scores;
  }

  /** Scores edges to the logits. @param gradient at the final residual stream, [K * B, d] */
  logits(gradient: Tensor, points: number): void {
    const summed = sumPoints(this.#ops, gradient, points);
    this.#contract(this.#sources.leaves, summed, [this.#graph.logitsDestination]);
  }

  /** Scores edges to a layer's heads and its MLP. @param record of K points' rows */
  block(layer: number, record: BlockRecord, { dQkv, dMlpInput }: BlockGradients, points: number): void {
    const ops = this.#ops;
    const { everyNode, leaves, input } = this.#sources;
    // Of a first layer's sources, the input, rows are given once each: nodes with the same token twice have no difference.
    const repeated = record.rows.repeat !== undefined;
    const sources = repeated ? input : everyNode;
    const nodes = sources.shape[1]! / this.#model.config.dModel;
    const own = (t: Tensor) => ops.slice(t, [0, 0], [points * nodes, -1]);
    const normed = mapNormalized(own, record.normalized);
    const ports = headGradients(
      ops,
      this.#model.heads[layer]!,
      { points, rows: nodes },
      normed,
      own(record.attention.read),
      own(dQkv),
    );
    const heads = Array.from({ length: this.#graph.heads }, (_, head) => head);
    this.#contract(sources, ports, portDestinations(this.#graph, heads, layer));
    const distinct = mlpOnDistinctRows(record);
    const mlp = distinct
      ? rowGradients(ops, points, normed, own(dMlpInput!))
      : rowGradients(ops, points, mlpNormalized(ops, record), dMlpInput!);
    const read = record.rows.readout ? leaves : distinct ? sources : everyNode;
    this.#contract(read, mlp, [this.#graph.mlpDestination(layer)]);
  }

  /** Scores edges to a layer's MLP. @param gradient at its input, before the norm, [K * rows, d] */
  mlp(layer: number, gradient: Tensor, points: number): void {
    const last = layer === this.#model.config.layers - 1;
    const sources = last ? this.#sources.leaves : this.#sources.everyNode;
    this.#contract(sources, sumPoints(this.#ops, gradient, points), [this.#graph.mlpDestination(layer)]);
  }

  #contract(sources: Tensor, gradients: Tensor, destinations: readonly number[]): void {
    addScores(this.#ops, this.#graph, sources, gradients, destinations, this.#scores);
  }
}

/** @param gradients at destinations, [n, rows * d], that read the same sources, the first of [sources, rows * d] */
function addScores(
  ops: Ops,
  graph: Graph,
  sources: Tensor,
  gradients: Tensor,
  destinations: readonly number[],
  scores: EdgeScores,
): void {
  const known = ops.slice(sources, [0, 0], [graph.readable[destinations[0]!]!, -1]);
  const values = ops.read(ops.matMul(known, gradients, false, true)); // [sources, n]
  let at = 0;
  for (let source = 0; source < known.shape[0]!; source++) {
    for (const destination of destinations) scores[graph.edge(source, destination)]! += values[at++]!;
  }
}
