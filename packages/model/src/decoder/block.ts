/**
 * One parallel decoder block (GPT-NeoX): x + attention(norm1(x)) + mlp(norm2(x)), forward and backward, for rows that
 * form a tree. R rows come in; R rows go out, or only the n read-out rows of a last block.
 *
 * Before attention has mixed them, rows depend on their tokens alone: the first block may be given each distinct row
 * once, U of them, and which of them each of the R rows is. Everywhere else U = R.
 *
 * Symbols: U distinct rows in, R rows, n rows out, d width, m = dMlp.
 */
import type { AttentionTree, Normalized, Ops, Tensor } from "@ft/backend";
import { type Affine, affineBackward, applyAffine } from "./affine.ts";
import type { Gradients } from "./gradients.ts";
import { type Linear, type LinearRecord, linearBackward, linearForward } from "./linear.ts";

export interface BlockWeights {
  norm1: Affine;
  norm2: Affine;
  /** [3 d, d]; rows ordered head, then q, k, v, as GPT-NeoX stores them. */
  queryKeyValue: Linear;
  dense: Linear;
  up: Linear; // dense_h_to_4h
  down: Linear; // dense_4h_to_h
}

/** What the blocks of one model have in common. */
export interface BlockShape {
  epsilon: number;
  /** Writers are centred and LayerNorms folded: see fold.ts. */
  centred: boolean;
}

/** Which distinct row each row is. */
export interface Repeat {
  /** Int32 [R], each below `count`. */
  index: Tensor;
  /** Distinct rows, U. */
  count: number;
}

export interface BlockRecord {
  tree: AttentionTree;
  normalized: Normalized; // [U, d]
  /** Queries, keys and values before rotation of the distinct rows, [U, 3 d]. */
  read: Tensor;
  /** The same of every row, [R, 3 d]. */
  qkv: Tensor;
  /** The same of rows that are constants to the backward pass, [P, 3 d], where the tree has some. */
  past?: Tensor;
  /** Each head's mixed values, [n, d]. */
  z: Tensor;
  /** The MLP before its activation, [U, m], or [n, m] in a last block. */
  hidden: Tensor;
  linears: { queryKeyValue: LinearRecord; dense: LinearRecord; up: LinearRecord; down: LinearRecord };
  /** Rows read out, where not all of them are: among the R rows and among the U, both int32 [n]. */
  readout?: { rows: Tensor; distinct: Tensor };
  repeat?: Repeat;
}

export interface BlockRows {
  /** The rows to go on with (a last block's), int32 [n]; all rows where absent. */
  readout?: Tensor | undefined;
  /** A first block's; none where its rows are all given. */
  repeat?: Repeat | undefined;
}

/**
 * @param x [U, d]
 * @returns the residual stream [n, d] and the record for the backward pass
 */
export function blockForward(
  ops: Ops,
  shape: BlockShape,
  weights: BlockWeights,
  tree: AttentionTree,
  x: Tensor,
  { readout: rows, repeat }: BlockRows = {},
): { x: Tensor; record: BlockRecord } {
  const readout = rows && { rows, distinct: repeat ? ops.gather(repeat.index, rows) : rows };
  const normalized = ops.normalize(x, shape.epsilon, shape.centred);
  const spread = (t: Tensor) => (repeat ? ops.gather(t, repeat.index) : t); // [U, c] to [R, c]
  const pick = (t: Tensor) => (readout ? ops.gather(t, readout.distinct) : t); // [U, c] to [n, c]

  const read = linearForward(ops, weights.queryKeyValue, applyAffine(ops, weights.norm1, normalized.xhat));
  const qkv = spread(read.y);
  const mixed = ops.attend(qkv, undefined, tree); // [R, d]
  const z = readout ? ops.gather(mixed, readout.rows) : mixed; // [n, d]
  const dense = linearForward(ops, weights.dense, z);
  const up = linearForward(ops, weights.up, applyAffine(ops, weights.norm2, pick(normalized.xhat)));
  const down = linearForward(ops, weights.down, ops.gelu(up.y));
  const beside = ops.add(pick(x), down.y);
  return {
    x: ops.add(readout ? beside : spread(beside), dense.y),
    record: {
      tree,
      normalized,
      read: read.y,
      qkv,
      z,
      hidden: up.y,
      linears: { queryKeyValue: read.record, dense: dense.record, up: up.record, down: down.record },
      ...(readout && { readout }),
      ...(repeat && { repeat }),
    },
  };
}

export interface BlockGradients {
  /** At the block's input, [U, d]; undefined where nobody needs it. */
  dx: Tensor | undefined;
  /** At queries, keys and values before rotation, [U, 3 d]. */
  dQkv: Tensor;
  /** At the normalised rows that the MLP reads, [U, d], or [n, d] in a last block; undefined with dx. */
  dMlpInput: Tensor | undefined;
}

/**
 * @param dOut the gradient at the block's output, [n, d]
 * @param needsInput whether dx is wanted: not below the lowest trainable tensor
 * @param gradients receives the gradients of trainable tensors
 */
export function blockBackward(
  ops: Ops,
  shape: BlockShape,
  weights: BlockWeights,
  record: BlockRecord,
  dOut: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): BlockGradients {
  const { linears, normalized, readout, repeat } = record;
  const unspread = (t: Tensor) => (repeat ? ops.segmentSum(t, repeat.index, repeat.count) : t); // [R, c] to [U, c]
  const unpick = (t: Tensor) =>
    readout ? ops.segmentSum(t, readout.distinct, normalized.xhat.shape[0]!) : t; // [n, c] to [U, c]

  const dBeside = readout ? dOut : unspread(dOut); // of what goes past the attention
  const dActivated = linearBackward(ops, weights.down, linears.down, dBeside, true, gradients)!;
  const dHidden = ops.geluGradient(record.hidden, dActivated);
  const needsNorm = needsInput || weights.norm1.trainable;
  const dMlpInput = linearBackward(ops, weights.up, linears.up, dHidden, needsNorm, gradients);

  const dMixed = linearBackward(ops, weights.dense, linears.dense, dOut, true, gradients)!;
  const dz = readout ? ops.segmentSum(dMixed, readout.rows, record.tree.rows) : dMixed; // [R, d]
  const dQkv = unspread(ops.attendGradient(record.qkv, record.past, record.tree, dz));
  const dRead = linearBackward(ops, weights.queryKeyValue, linears.queryKeyValue, dQkv, needsNorm, gradients);
  if (!dRead || !dMlpInput) return { dx: undefined, dQkv, dMlpInput };

  const dMlp = affineBackward(ops, weights.norm2, normalized.xhat, unpick(dMlpInput), gradients);
  const dXhat = affineBackward(ops, weights.norm1, normalized.xhat, dRead, gradients, dMlp);
  const dx = ops.add(unpick(dBeside), ops.normalizeGradient(normalized, dXhat, shape.centred));
  return { dx, dQkv, dMlpInput };
}
