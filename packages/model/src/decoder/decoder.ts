/** The decoder: blocks between an embedding and a readout, on tensors. The input x is embedded rows, so callers can pass
 * interpolated or corrupted embeddings. */
import type { Ops, Tensor } from "@ft/backend";
import type { ModelConfig } from "../families/index.ts";
import {
  type Block,
  type BlockGradients,
  type BlockOutput,
  type BlockRecord,
  blockBackward,
  blockForward,
} from "./block.ts";
import type { Embedding } from "./parts/embedding.ts";
import type { Gradients } from "./parts/part.ts";
import type { ReadoutWeights } from "./parts/readout.ts";
import { blockRows, type Repeat } from "./rows.ts";
import { type RowTree, treeOfLayer } from "./tree.ts";

/** A decoder's weights on a backend. */
export interface Decoder extends ReadoutWeights {
  config: ModelConfig;
  embedding: Embedding;
  blocks: readonly Block[];
}

export interface Run<Visited = void> {
  /** The residual stream before the final norm, [n, d]. */
  x: Tensor;
  /** By layer, from the first that ran; empty unless requested. */
  records: BlockRecord[];
  /** What `visit` returned, layer by layer. */
  visited: Visited[];
}

export interface RunOptions<Visited = void> {
  /** The rows that the last block returns, int32 [n]. @default all rows */
  readout?: Tensor | undefined;
  /** The distinct row of each row, if the first block is given each distinct row once. @default all rows are given */
  repeat?: Repeat | undefined;
  /** The first block to run: a pass can be taken up where another one was. @default 0 */
  from?: number;
  /** For each layer, queries, keys and values of the rows of earlier passes; see {@link Rows}. @default there are none */
  past?: readonly (Tensor | undefined)[];
  /** Keeps what the backward pass needs. @default false */
  record?: boolean;
  /**
   * Called after each block with its results and input rows, before its tensors are freed. Tensors in what it returns are
   * kept.
   */
  visit?: (layer: number, block: BlockOutput, x: Tensor) => Visited;
}

/**
 * Runs rows through all blocks.
 *
 * @param x [U, d], or [R, d] without `repeat`
 */
export function runBlocks<Visited = void>(
  ops: Ops,
  decoder: Decoder,
  tree: RowTree,
  x: Tensor,
  options: RunOptions<Visited> = {},
): Run<Visited> {
  const run: Run<Visited> = { x, records: [], visited: [] };
  const last = decoder.blocks.length - 1;
  decoder.blocks.slice(options.from ?? 0).forEach((block, n) => {
    const layer = (options.from ?? 0) + n;
    const repeat = layer === 0 ? options.repeat : undefined;
    const readout = layer === last ? options.readout : undefined;
    const out = ops.scope(() => {
      const seen = treeOfLayer(tree, block.local);
      const rows = blockRows(ops, seen, repeat, readout, options.past?.[layer]);
      const output = blockForward(ops, block, rows, run.x);
      const visited = options.visit?.(layer, output, run.x);
      return { x: output.x, visited, ...(options.record && { record: output.record }) };
    });
    run.x = out.x;
    if (out.record) run.records.push(out.record);
    if (options.visit) run.visited.push(out.visited as Visited);
  });
  return run;
}

export interface BackwardOptions {
  /** Receives parameters' gradients; absent if only activations' gradients are needed. */
  gradients?: Gradients;
  /** Whether to compute the gradient at the lowest block's input. @default true */
  needsInput?: boolean;
  /** The layer of the first record. @default 0 */
  from?: number;
  /** Called with each block's gradients and the gradient at its input, from the last block down. */
  visit?: (layer: number, block: BlockGradients) => void;
}

/**
 * Propagates the gradient at the read-out rows [n, d] back through all blocks; returns the gradient at the lowest block's
 * input rows, [U, d].
 */
export function runBlocksBackward(
  ops: Ops,
  decoder: Decoder,
  { records }: Pick<Run, "records">,
  dOut: Tensor,
  { gradients, needsInput = true, from = 0, visit }: BackwardOptions = {},
): Tensor | undefined {
  let dx: Tensor | undefined = dOut;
  for (let layer = decoder.blocks.length - 1; layer >= from; layer--) {
    const out: { dx: Tensor | undefined; gradients: Gradients } = ops.scope(() => {
      const own: Gradients = new Map();
      const block = blockBackward(
        ops,
        decoder.blocks[layer]!,
        records[layer - from]!,
        dx!,
        layer > from || needsInput,
        gradients && own,
      );
      visit?.(layer, block);
      return { dx: block.dx, gradients: own };
    });
    dx = out.dx;
    for (const [name, gradient] of out.gradients) gradients?.set(name, gradient);
  }
  return dx;
}
