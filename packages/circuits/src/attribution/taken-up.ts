/**
 * Copies of the clean prompts' pass, each taken up at a layer with its own change of the residual stream there. What is before
 * the change is not computed again.
 */
import type { Ops, Tensor } from "@ft/backend";
import {
  disposeTree,
  type FinalNorm,
  type MlpRecord,
  mlpBackward,
  mlpForward,
  normalize,
  normalizeBackward,
  normalizeFinal,
  type Run,
  runBlocks,
  runBlocksBackward,
} from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { PairTree } from "../pairs/pair-tree.ts";
import { copyNodes, type NodeCopies } from "../pairs/run-pairs.ts";
import type { EdgeContraction } from "./edge-contraction.ts";
import type { CleanLayer } from "./tree-pass.ts";

/** K copies of a pass from a layer to the end. */
export interface Continued {
  copies: number; // K
  /** Final residual rows, normalised, [K * B, d]. */
  final: FinalNorm;
  /** The first layer that was computed whole. */
  from: number;
  run: Run;
  /** The MLP below it, if the change was between a sequential block's heads and its MLP. */
  mlp?: { record: MlpRecord; between: ReturnType<typeof normalize> };
}

export class TakenUp {
  readonly #ops: Ops;
  readonly #model: CircuitModel;
  readonly #pairs: PairTree;
  readonly #clean: readonly CleanLayer[];
  readonly #record: boolean;
  /** By number of copies. */
  readonly #layouts = new Map<number, NodeCopies>();

  /** @param record whether to keep what the backward pass needs */
  constructor(ops: Ops, model: CircuitModel, pairs: PairTree, clean: readonly CleanLayer[], record: boolean) {
    this.#ops = ops;
    this.#model = model;
    this.#pairs = pairs;
    this.#clean = clean;
    this.#record = record;
  }

  /** After a layer's heads, whose MLP reads the change if the block is sequential. @param change [K * rows, d] */
  afterHeads(layer: number, change: Tensor): Continued {
    if (this.#model.config.parallel) return this.afterBlock(layer, change);
    const ops = this.#ops;
    const { norm2, mlp } = this.#model.decoder.blocks[layer]!;
    const y = this.#add(this.#clean[layer]!.mlpInput, change);
    const between = normalize(ops, norm2, y);
    const { y: written, record } = mlpForward(ops, mlp, between.xhat);
    const copies = this.#copies(layer, change);
    return { ...this.from(layer + 1, ops.add(y, written), copies), mlp: { record, between } };
  }

  /** After a layer. @param change [K * rows, d] */
  afterBlock(layer: number, change: Tensor): Continued {
    return this.from(layer + 1, this.#add(this.#clean[layer]!.out, change), this.#copies(layer, change));
  }

  /** @param x the residual stream that enters the layer, [K * M, d]; after the last one [K * B, d] */
  from(layer: number, x: Tensor, copies: number): Continued {
    const ops = this.#ops;
    const { decoder, config } = this.#model;
    const { tree, readout } = this.layout(copies);
    const past = this.#clean.map((own) => own.past);
    const run: Run =
      layer < config.layers
        ? runBlocks(ops, decoder, tree, x, { from: layer, past, readout, record: this.#record })
        : { x, records: [], visited: [] };
    return { copies, from: layer, run, final: normalizeFinal(ops, decoder, run.x) };
  }

  /**
   * The gradient at the change, summed over the copies, [rows, d]; scores every edge into what was computed.
   * @param dFinal the gradient at the final residual stream, [K * B, d]
   */
  backward({ copies, from, run, mlp }: Continued, dFinal: Tensor, contraction: EdgeContraction): Tensor {
    const ops = this.#ops;
    const { decoder, config } = this.#model;
    contraction.logits(dFinal, copies);
    const dx = runBlocksBackward(ops, decoder, run, dFinal, {
      from,
      visit: (layer, gradients) => contraction.block(layer, run.records[layer - from]!, gradients, copies),
    })!;
    const summed = (t: Tensor) => ops.sum(ops.reshape(t, [copies, t.shape[0]! / copies, config.dModel]), [0]);
    if (!mlp) return summed(dx);
    const block = decoder.blocks[from - 1]!;
    const dNormed = mlpBackward(ops, block.mlp, mlp.record, dx, true)!;
    const dInput = normalizeBackward(ops, block.norm2, mlp.between, dNormed);
    contraction.mlp(from - 1, dInput, copies);
    return summed(ops.add(dx, dInput));
  }

  /** Frees what all passes share. */
  dispose(): void {
    for (const { tree, readout } of this.#layouts.values()) {
      disposeTree(this.#ops, tree);
      this.#ops.dispose(readout);
    }
  }

  /** Rows [n, d] once per copy, with the changes [K * n, d] added. */
  #add(rows: Tensor, change: Tensor): Tensor {
    const [count, width] = rows.shape as [number, number];
    const sum = this.#ops.add(this.#ops.reshape(change, [-1, count, width]), rows);
    return this.#ops.reshape(sum, change.shape);
  }

  #copies(layer: number, change: Tensor): number {
    return change.shape[0]! / this.#clean[layer]!.out.shape[0]!;
  }

  /** The rows of K copies of the nodes, made once for each K. */
  layout(copies: number): NodeCopies {
    const { config } = this.#model;
    const made =
      this.#layouts.get(copies) ??
      this.#ops.keep(this.#ops.scope(() => copyNodes(this.#ops, config, this.#pairs, copies)));
    this.#layouts.set(copies, made);
    return made;
  }
}
