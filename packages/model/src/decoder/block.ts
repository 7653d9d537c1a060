/**
 * A decoder block as wiring over its parts, forward and backward, for rows that form a tree (see rows.ts):
 *
 *   parallel (GPT-NeoX):  x + attention(norm1(x)) + mlp(norm2(x))
 *   sequential (GPT-2):   y + mlp(norm2(y)),  y = x + attention(norm1(x))
 *
 * Symbols: U distinct rows in, R rows, n rows out, d width.
 */
import type { Normalized, Ops, Tensor } from "@ft/backend";
import {
  type Attention,
  type AttentionRecord,
  attentionBackward,
  attentionForward,
} from "./parts/attention.ts";
import { type Mlp, type MlpRecord, mlpBackward, mlpForward } from "./parts/mlp.ts";
import {
  affineBackward,
  applyAffine,
  type Norm,
  normalize,
  normalizeBackward,
  trainsNorm,
} from "./parts/norm.ts";
import type { Gradients } from "./parts/part.ts";
import { pick, type Rows, spread, unpick, unspread } from "./rows.ts";

export interface Block {
  parallel: boolean;
  /** Whether attention sees only the last positions. */
  local: boolean;
  norm1: Norm;
  attention: Attention;
  norm2: Norm;
  mlp: Mlp;
}

/**
 * What the backward pass needs. The MLP's rows are the n rows out, except that a parallel block runs its MLP, which does
 * not depend on attention, on the U distinct rows if it returns all rows.
 */
export interface BlockRecord {
  rows: Rows;
  /** The normalised input rows, [U, d]. */
  normalized: Normalized;
  attention: AttentionRecord;
  /** The normalised sum that a sequential block's MLP reads, [n, d]; a parallel block's MLP reads `normalized`. */
  between?: Normalized;
  mlp: MlpRecord;
}

export interface BlockOutput {
  /** The residual stream after the block, [n, d]. */
  x: Tensor;
  /** The residual stream that the MLP's norm reads: before the block, [U, d], if it is parallel, else [n, d]. */
  mlpInput: Tensor;
  record: BlockRecord;
}

/**
 * The gradient at a block's output, [n, d], as each of the terms that are added there sees it. They differ where the output of
 * some parts is replaced by a constant.
 */
export interface OutputGradients {
  attention: Tensor;
  mlp: Tensor;
  /** The residual stream that enters the block. */
  past: Tensor;
}

export interface BlockGradients {
  /** At the block's input, [U, d]; undefined unless needed. */
  dx: Tensor | undefined;
  /** At queries, keys and values before rotation, in the order head, then q, k, v, [U, 3 H e]. */
  dQkv: Tensor;
  /** At the normed rows that the MLP reads, as many as it has; undefined unless needed. */
  dMlpInput: Tensor | undefined;
}

/** @param x [U, d] */
export function blockForward(ops: Ops, block: Block, rows: Rows, x: Tensor): BlockOutput {
  const { norm1, norm2 } = block;
  const normalized = normalize(ops, norm1, x);
  const attention = attentionForward(ops, block.attention, rows, applyAffine(ops, norm1, normalized.xhat));
  const record = { rows, normalized, attention: attention.record };
  if (block.parallel) {
    const mlp = mlpForward(ops, block.mlp, applyAffine(ops, norm2, pick(ops, rows, normalized.xhat)));
    const past = ops.add(pick(ops, rows, x), mlp.y); // everything except the attention's output
    return {
      x: ops.add(rows.readout ? past : spread(ops, rows, past), attention.y),
      mlpInput: x,
      record: { ...record, mlp: mlp.record },
    };
  }
  const own = rows.readout ? pick(ops, rows, x) : spread(ops, rows, x); // [n, d]
  const y = ops.add(own, attention.y);
  const between = normalize(ops, norm2, y);
  const mlp = mlpForward(ops, block.mlp, applyAffine(ops, norm2, between.xhat));
  return { x: ops.add(y, mlp.y), mlpInput: y, record: { ...record, between, mlp: mlp.record } };
}

/**
 * @param dOut the gradient at the block's output, [n, d], if need be for each term
 * @param needsInput whether to compute dx; not needed below the lowest trainable tensor
 * @param gradients receives the gradients of trainable tensors
 */
export function blockBackward(
  ops: Ops,
  block: Block,
  record: BlockRecord,
  dOut: Tensor | OutputGradients,
  needsInput: boolean,
  gradients?: Gradients,
): BlockGradients {
  const backward = block.parallel ? parallelBackward : sequentialBackward;
  const terms = "past" in dOut ? dOut : { attention: dOut, mlp: dOut, past: dOut };
  return backward(ops, block, record, terms, needsInput, gradients);
}

function parallelBackward(
  ops: Ops,
  { norm1, norm2, attention, mlp }: Block,
  { rows, normalized, ...record }: BlockRecord,
  dOut: OutputGradients,
  needsInput: boolean,
  gradients?: Gradients,
): BlockGradients {
  const { xhat } = normalized;
  const needsNorm = needsInput || trainsNorm(norm1) || trainsNorm(norm2);
  const unpicked = (t: Tensor) => unpick(ops, rows, t, xhat.shape[0]!);
  const own = (t: Tensor) => (rows.readout ? t : unspread(ops, rows, t));
  const dPast = own(dOut.past);
  const dMlp = dOut.mlp === dOut.past ? dPast : own(dOut.mlp);
  const dMlpInput = mlpBackward(ops, mlp, record.mlp, dMlp, needsNorm, gradients);
  const { dQkv, dNormed } = attentionBackward(
    ops,
    attention,
    rows,
    record.attention,
    dOut.attention,
    needsNorm,
    gradients,
  );
  if (!dNormed || !dMlpInput) return { dx: undefined, dQkv, dMlpInput };
  const dXhatMlp = affineBackward(ops, norm2, xhat, unpicked(dMlpInput), gradients);
  const dXhat = affineBackward(ops, norm1, xhat, dNormed, gradients, dXhatMlp);
  const dx = ops.add(unpicked(dPast), normalizeBackward(ops, norm1, normalized, dXhat));
  return { dx, dQkv, dMlpInput };
}

function sequentialBackward(
  ops: Ops,
  { norm1, norm2, attention, mlp }: Block,
  { rows, normalized, between, ...record }: BlockRecord,
  dOut: OutputGradients,
  needsInput: boolean,
  gradients?: Gradients,
): BlockGradients {
  const dMlpInput = mlpBackward(ops, mlp, record.mlp, dOut.mlp, true, gradients)!;
  const dBetween = affineBackward(ops, norm2, between!.xhat, dMlpInput, gradients);
  const dThroughMlp = normalizeBackward(ops, norm2, between!, dBetween);
  const dY = ops.add(dOut.past, dThroughMlp); // [n, d]
  const dAttended = dOut.attention === dOut.past ? dY : ops.add(dOut.attention, dThroughMlp);
  const { dQkv, dNormed } = attentionBackward(
    ops,
    attention,
    rows,
    record.attention,
    dAttended,
    needsInput || trainsNorm(norm1),
    gradients,
  );
  if (!dNormed) return { dx: undefined, dQkv, dMlpInput };
  const dXhat = affineBackward(ops, norm1, normalized.xhat, dNormed, gradients);
  const dOwn = rows.readout ? unpick(ops, rows, dY, normalized.xhat.shape[0]!) : unspread(ops, rows, dY);
  const dx = ops.add(dOwn, normalizeBackward(ops, norm1, normalized, dXhat));
  return { dx, dQkv, dMlpInput };
}

/** Whether the block ran its MLP on the distinct rows instead of the output rows. */
export function mlpOnDistinctRows({ rows, between }: BlockRecord): boolean {
  return !between && !rows.readout;
}

/** The normalised rows that the MLP read, as many as it has. */
export function mlpNormalized(ops: Ops, { rows, normalized, between }: BlockRecord): Normalized {
  if (between) return between;
  return { xhat: pick(ops, rows, normalized.xhat), rstd: pick(ops, rows, normalized.rstd) };
}
