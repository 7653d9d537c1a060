/**
 * Attention over a tree of rows: a linear computes queries, keys and values, each head mixes values, a linear writes the
 * mixed values.
 */
import type { Ops, Tensor } from "@ft/backend";
import type { BlockNames } from "../../families/family.ts";
import { type Rows, spread, unspread } from "../rows.ts";
import {
  bindLinear,
  foldReader,
  foldWriter,
  type Linear,
  type LinearRecord,
  linearBackward,
  linearForward,
} from "./linear.ts";
import type { Folding, Gradients, TensorSource } from "./part.ts";

export interface Attention {
  /** [3 d, d]; rows ordered head, then q, k, v. */
  queryKeyValue: Linear;
  /** [d, d]. */
  dense: Linear;
}

export interface AttentionRecord {
  /** Queries, keys and values before rotation of the distinct rows, [U, 3 d]. */
  read: Tensor;
  /** The same of every row, [R, 3 d]. */
  qkv: Tensor;
  /** The same for rows that are constants in the backward pass, [P, 3 d], if the tree has any. */
  past?: Tensor;
  /** Each head's mixed values, [n, d]. */
  z: Tensor;
  queryKeyValue: LinearRecord;
  dense: LinearRecord;
}

export function bindAttention(source: TensorSource, names: BlockNames): Attention {
  return {
    queryKeyValue: bindLinear(source, names.queryKeyValue),
    dense: bindLinear(source, names.dense),
  };
}

/** Normed rows [U, d] to what all heads add to the residual stream, [n, d]. */
export function attentionForward(
  ops: Ops,
  { queryKeyValue, dense }: Attention,
  rows: Rows,
  normed: Tensor,
): { y: Tensor; record: AttentionRecord } {
  const read = linearForward(ops, queryKeyValue, normed);
  const qkv = spread(ops, rows, read.y);
  const mixed = ops.attend(qkv, rows.past, rows.tree); // [R, d]
  const z = rows.readout ? ops.gather(mixed, rows.readout.rows) : mixed; // [n, d]
  const { y, record } = linearForward(ops, dense, z);
  const past = rows.past && { past: rows.past };
  return { y, record: { read: read.y, qkv, ...past, z, queryKeyValue: read.record, dense: record } };
}

export interface AttentionGradients {
  /** The gradient at queries, keys and values before rotation, [U, 3 d]. */
  dQkv: Tensor;
  /** The gradient at the normed rows, [U, d]; undefined unless needed. */
  dNormed: Tensor | undefined;
}

/** @param dy the gradient at what the heads add, [n, d] */
export function attentionBackward(
  ops: Ops,
  { queryKeyValue, dense }: Attention,
  rows: Rows,
  record: AttentionRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): AttentionGradients {
  const { tree, readout } = rows;
  const dMixed = linearBackward(ops, dense, record.dense, dy, true, gradients)!;
  const dz = readout ? ops.segmentSum(dMixed, readout.rows, tree.rows) : dMixed; // [R, d]
  const dQkv = unspread(ops, rows, ops.attendGradient(record.qkv, record.past, tree, dz));
  const dNormed = linearBackward(ops, queryKeyValue, record.queryKeyValue, dQkv, needsInput, gradients);
  return { dQkv, dNormed };
}

/** @param centre whether the residual stream is centred */
export function foldAttention(folding: Folding, names: BlockNames, centre: boolean): void {
  foldReader(folding, names.queryKeyValue, names.norm1);
  if (centre) foldWriter(folding, names.dense);
}
