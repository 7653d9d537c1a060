/** The decoder: blocks between an embedding and a read-out, on tensors. Embedding rows go in as x, so that callers may
 * feed interpolated or corrupted embeddings. */
import type { AttentionTree, Normalized, Ops, Tensor } from "@ft/backend";
import type { ModelConfig } from "../weights/model-config.ts";
import { type Affine, affineBackward, applyAffine } from "./affine.ts";
import {
  type BlockGradients,
  type BlockRecord,
  type BlockRows,
  type BlockShape,
  type BlockWeights,
  blockBackward,
  blockForward,
} from "./block.ts";
import type { Gradients } from "./gradients.ts";

export type { Repeat } from "./block.ts";

/** A decoder's weights on a backend. */
export interface Decoder {
  config: ModelConfig;
  shape: BlockShape;
  embedding: { name: string; weight: Tensor; trainable: boolean }; // [vocabulary, d]
  blocks: readonly BlockWeights[];
  finalNorm: Affine;
  unembedding: { name: string; weight: Tensor; trainable: boolean }; // [vocabulary, d]
}

/** Token embeddings, int32 [R] to [R, d]. */
export function embed(ops: Ops, { embedding, shape }: Decoder, tokens: Tensor): Tensor {
  const rows = ops.gather(embedding.weight, tokens);
  return shape.centred ? ops.subtract(rows, ops.mean(rows, [-1], true)) : rows;
}

export interface Run<Visited = void> {
  /** The residual stream before the final LayerNorm, [n, d]. */
  x: Tensor;
  /** Layer by layer; empty unless asked for. */
  records: BlockRecord[];
  /** What `visit` returned, layer by layer. */
  visited: Visited[];
}

export interface RunOptions<Visited = void> extends BlockRows {
  /** Keeps what the backward pass needs. @default false */
  record?: boolean;
  /**
   * Called after each block with its record and the rows that went in, before its tensors are freed. Tensors in what it
   * returns stay.
   */
  visit?: (layer: number, record: BlockRecord, x: Tensor) => Visited;
}

/**
 * Runs rows through all blocks: `repeat` belongs to the first block, `readout` to the last.
 *
 * @param x [U, d], or [R, d] without `repeat`
 */
export function runBlocks<Visited = void>(
  ops: Ops,
  decoder: Decoder,
  tree: AttentionTree,
  x: Tensor,
  options: RunOptions<Visited> = {},
): Run<Visited> {
  const run: Run<Visited> = { x, records: [], visited: [] };
  const last = decoder.blocks.length - 1;
  decoder.blocks.forEach((weights, layer) => {
    const out = ops.scope(() => {
      const block = blockForward(ops, decoder.shape, weights, tree, run.x, {
        readout: layer === last ? options.readout : undefined,
        repeat: layer === 0 ? options.repeat : undefined,
      });
      const visited = options.visit?.(layer, block.record, run.x);
      return { x: block.x, visited, ...(options.record && { record: block.record }) };
    });
    run.x = out.x;
    if (out.record) run.records.push(out.record);
    if (options.visit) run.visited.push(out.visited as Visited);
  });
  return run;
}

export interface BackwardOptions {
  /** Receives parameters' gradients; absent where only activations' gradients are wanted. */
  gradients?: Gradients;
  /** Whether the gradient at the lowest block's input is wanted. @default true */
  needsInput?: boolean;
  /** Called with each block's gradients and the gradient at its input, from the last block down. */
  visit?: (layer: number, block: BlockGradients) => void;
}

/**
 * Runs the gradient at the read-out rows [n, d] back through all blocks; returns the one at the rows that went into the
 * lowest, [U, d].
 */
export function runBlocksBackward(
  ops: Ops,
  decoder: Decoder,
  { records }: Pick<Run, "records">,
  dOut: Tensor,
  { gradients, needsInput = true, visit }: BackwardOptions = {},
): Tensor | undefined {
  let dx: Tensor | undefined = dOut;
  for (let layer = decoder.blocks.length - 1; layer >= 0; layer--) {
    const out: { dx: Tensor | undefined; gradients: Gradients } = ops.scope(() => {
      const own: Gradients = new Map();
      const block = blockBackward(
        ops,
        decoder.shape,
        decoder.blocks[layer]!,
        records[layer]!,
        dx!,
        layer > 0 || needsInput,
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

export interface FinalNorm {
  normalized: Normalized;
  /** What the unembedding reads, [n, d]. */
  normed: Tensor;
}

export interface Readout extends FinalNorm {
  logits: Tensor; // [n, vocabulary]
}

/** Final LayerNorm of residual rows [n, d]. */
export function normalizeFinal(ops: Ops, { shape, finalNorm }: Decoder, x: Tensor): FinalNorm {
  const normalized = ops.normalize(x, shape.epsilon, shape.centred);
  return { normalized, normed: applyAffine(ops, finalNorm, normalized.xhat) };
}

/** The gradient at the residual rows [n, d] from the one at what the unembedding reads. */
export function normalizeFinalBackward(
  ops: Ops,
  { shape, finalNorm }: Decoder,
  normalized: Normalized,
  dNormed: Tensor,
  gradients?: Gradients,
): Tensor {
  const dXhat = affineBackward(ops, finalNorm, normalized.xhat, dNormed, gradients);
  return ops.normalizeGradient(normalized, dXhat, shape.centred);
}

/** Normed rows [n, d] to logits [n, vocabulary]. */
export function unembed(ops: Ops, { unembedding }: Decoder, normed: Tensor): Tensor {
  return ops.linear(normed, unembedding.weight);
}

/** Final LayerNorm and unembedding of residual rows [n, d]. */
export function readOut(ops: Ops, decoder: Decoder, x: Tensor): Readout {
  const final = normalizeFinal(ops, decoder, x);
  return { ...final, logits: unembed(ops, decoder, final.normed) };
}

/** The gradient at the residual rows [n, d] from the one at the logits [n, vocabulary]. */
export function readOutBackward(
  ops: Ops,
  decoder: Decoder,
  { normalized, normed }: Readout,
  dLogits: Tensor,
  gradients?: Gradients,
): Tensor {
  const { unembedding } = decoder;
  if (unembedding.trainable && gradients) {
    gradients.set(unembedding.name, ops.matMul(dLogits, normed, true, false));
  }
  return normalizeFinalBackward(ops, decoder, normalized, ops.matMul(dLogits, unembedding.weight), gradients);
}
