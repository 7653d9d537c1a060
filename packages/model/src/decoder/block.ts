/**
 * One parallel decoder block (GPT-NeoX): x + attention(norm1(x)) + mlp(norm2(x)), forward and backward, for rows laid
 * out in segments. R rows come in; R rows go out, or only the n read-out rows of a last block.
 *
 * Symbols: R rows, n rows out, H heads, N sequences and S rows of a segment, d = H e, m = dMlp.
 */
import type { Normalized, Ops, Tensor } from "../backend/ops.ts";
import { type AttentionRecord, attentionBackward, attentionForward, type Context } from "./attention.ts";
import type { Gradients } from "./gradients.ts";
import { type Layout, segmentOffsets } from "./layout.ts";
import { type Linear, type LinearRecord, linearBackward, linearForward } from "./linear.ts";
import { type Affine, affineBackward, applyAffine, normalize, normalizeBackward } from "./normalize.ts";
import { rotate, rotateBackward } from "./rotary.ts";

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
  heads: number;
  epsilon: number;
  /** Writers are centred and LayerNorms folded: see fold.ts. */
  centred: boolean;
  /** See rotateHalfMatrix. */
  rotateHalf: Tensor;
}

export interface BlockRecord {
  normalized: Normalized;
  /** Queries, keys and values before rotation, [3, H, R, e]. */
  heads: Tensor;
  attention: readonly AttentionRecord[]; // one a segment
  /** Each head's mixed values, [n, d]. */
  z: Tensor;
  /** The MLP before and after its activation, [n, m]. */
  hidden: Tensor;
  linears: { queryKeyValue: LinearRecord; dense: LinearRecord; up: LinearRecord; down: LinearRecord };
  /** Rows read out, where not all of them are: int32 [n]. */
  readout?: Tensor;
}

/**
 * @param x [R, d]
 * @param past contexts from earlier passes, before those of this pass
 * @param readout the rows to go on with (a last block's), int32 [n]; all rows where absent
 * @returns the residual stream [n, d], the record for the backward pass, and this pass's contexts, one a segment
 */
export function blockForward(
  ops: Ops,
  shape: BlockShape,
  weights: BlockWeights,
  layout: Layout,
  x: Tensor,
  past: readonly Context[] = [],
  readout?: Tensor,
): { x: Tensor; record: BlockRecord; contexts: Context[] } {
  const normalized = normalize(ops, x, shape.epsilon, shape.centred);
  const qkv = linearForward(ops, weights.queryKeyValue, applyAffine(ops, weights.norm1, normalized.xhat));
  const heads = splitHeads(ops, qkv.y, shape.heads); // [3, H, R, e]
  const attended = attendSegments(ops, shape, layout, heads, past);

  const pick = (t: Tensor) => (readout ? ops.gather(t, readout) : t);
  const z = pick(joinHeads(ops, attended.z)); // [n, d]
  const dense = linearForward(ops, weights.dense, z);
  const up = linearForward(ops, weights.up, applyAffine(ops, weights.norm2, pick(normalized.xhat)));
  const down = linearForward(ops, weights.down, ops.gelu(up.y));
  return {
    x: ops.add(pick(x), ops.add(dense.y, down.y)),
    contexts: attended.contexts,
    record: {
      normalized,
      heads,
      attention: attended.records,
      z,
      hidden: up.y,
      linears: {
        queryKeyValue: qkv.record,
        dense: dense.record,
        up: up.record,
        down: down.record,
      },
      ...(readout && { readout }),
    },
  };
}

export interface BlockGradients {
  /** At the block's input, [R, d]; undefined where nobody needs it. */
  dx: Tensor | undefined;
  /** At the queries, keys and values before rotation, [3, H, R, e]. */
  dHeads: Tensor;
  /** At the normalised rows the MLP reads, [n, d]; undefined with dx. */
  dMlpInput: Tensor | undefined;
}

/**
 * @param dOut the gradient at the block's output, [n, d]
 * @param needsInput whether dx is wanted: not below the lowest trainable tensor
 * @param gradients receives the gradients of trainable tensors and, where given, lets gradients flow into the segments
 *   shared by later ones; without it shared segments are constants
 */
export function blockBackward(
  ops: Ops,
  shape: BlockShape,
  weights: BlockWeights,
  layout: Layout,
  record: BlockRecord,
  dOut: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): BlockGradients {
  const { linears, normalized, readout } = record;
  const rows = normalized.xhat.shape[0]!;
  const spread = (t: Tensor) => (readout ? ops.segmentSum(t, readout, rows) : t);

  const dActivated = linearBackward(ops, weights.down, linears.down, dOut, true, gradients)!;
  const dHidden = ops.geluGradient(record.hidden, dActivated); // [n, m]
  const needsNorm = needsInput || weights.norm1.trainable;
  const dMlpInput = linearBackward(ops, weights.up, linears.up, dHidden, needsNorm, gradients);

  const dz = spread(linearBackward(ops, weights.dense, linears.dense, dOut, true, gradients)!);
  const dHeads = attendSegmentsBackward(ops, shape, layout, record, dz, gradients !== undefined);
  const dQkv = mergeHeads(ops, dHeads);
  const dAttentionInput = linearBackward(
    ops,
    weights.queryKeyValue,
    linears.queryKeyValue,
    dQkv,
    needsNorm,
    gradients,
  );
  if (!dAttentionInput || !dMlpInput) return { dx: undefined, dHeads, dMlpInput };

  const dXhat = ops.add(
    affineBackward(ops, weights.norm1, normalized.xhat, dAttentionInput, gradients),
    affineBackward(ops, weights.norm2, normalized.xhat, spread(dMlpInput), gradients),
  );
  const dx = ops.add(spread(dOut), normalizeBackward(ops, normalized, dXhat, shape.centred));
  return { dx, dHeads, dMlpInput };
}

/**
 * Attention of every segment over the past's contexts, the earlier segments and itself.
 *
 * @param heads queries, keys and values before rotation, [3, H, R, e]
 * @returns each head's mixed values z [H, R, e]
 */
export function attendSegments(
  ops: Ops,
  shape: BlockShape,
  layout: Layout,
  heads: Tensor,
  past: readonly Context[],
): { z: Tensor; records: AttentionRecord[]; contexts: Context[] } {
  const size = heads.shape[3]!;
  const rotated = rotate(ops, ops.slice(heads, [0, 0, 0, 0], [2, -1, -1, -1]), shape.rotateHalf, layout);
  const offsets = segmentOffsets(layout.segments);
  const records: AttentionRecord[] = [];
  const contexts: Context[] = [];
  const z = layout.segments.map(({ sequences, length }, i) => {
    const rows = sequences * length;
    const part = (t: Tensor, which: number) =>
      ops.reshape(ops.slice(t, [which, 0, offsets[i]!, 0], [1, -1, rows, -1]), [
        shape.heads * sequences,
        length,
        size,
      ]);
    const [q, k, v] = [part(rotated, 0), part(rotated, 1), part(heads, 2)];
    const attended = attentionForward(ops, q, k, v, [...past, ...contexts], layout.masks[i]!);
    records.push(attended.record);
    contexts.push({ keys: k, values: v, groups: sequences, length });
    return ops.reshape(attended.z, [shape.heads, rows, size]);
  });
  return { z: z.length > 1 ? ops.concat(z, 1) : z[0]!, records, contexts };
}

/** The gradient at queries, keys and values before rotation [3, H, R, e] from the one at z [R, d]. */
function attendSegmentsBackward(
  ops: Ops,
  shape: BlockShape,
  layout: Layout,
  { attention, heads }: BlockRecord,
  dz: Tensor,
  sharedGradients: boolean,
): Tensor {
  const size = heads.shape[3]!;
  const dzHeads = ops.transpose(ops.reshape(dz, [-1, shape.heads, size]), [1, 0, 2]); // [H, R, e]
  const offsets = segmentOffsets(layout.segments);
  const dq: Tensor[] = [];
  const dk: Tensor[] = [];
  const dv: Tensor[] = [];
  const accumulate = (into: Tensor[], i: number, t: Tensor) => {
    const flat = ops.reshape(t, [shape.heads, -1, size]);
    into[i] = into[i] ? ops.add(into[i], flat) : flat;
  };
  for (let i = layout.segments.length - 1; i >= 0; i--) {
    const { sequences, length } = layout.segments[i]!;
    const part = ops.slice(dzHeads, [0, offsets[i]!, 0], [-1, sequences * length, -1]);
    const record = attention[i]!;
    const gradient = attentionBackward(
      ops,
      record,
      ops.reshape(part, [shape.heads * sequences, length, size]),
      sharedGradients,
    );
    accumulate(dq, i, gradient.dq);
    accumulate(dk, i, gradient.dk);
    accumulate(dv, i, gradient.dv);
    const own = gradient.contexts.slice(record.contexts.length - i); // those of this pass's earlier segments
    own.forEach(({ dKeys, dValues }, earlier) => {
      accumulate(dk, earlier, dKeys);
      accumulate(dv, earlier, dValues);
    });
  }
  const join = (parts: Tensor[]) =>
    ops.reshape(parts.length > 1 ? ops.concat(parts, 1) : parts[0]!, [1, shape.heads, -1, size]);
  const dqk = rotateBackward(ops, ops.concat([join(dq), join(dk)], 0), shape.rotateHalf, layout);
  return ops.concat([dqk, join(dv)], 0);
}

/** [R, 3 d] ordered head, (q, k, v), e to [3, H, R, e]. */
function splitHeads(ops: Ops, qkv: Tensor, heads: number): Tensor {
  const [rows, width] = qkv.shape as [number, number];
  return ops.transpose(ops.reshape(qkv, [rows, heads, 3, width / (3 * heads)]), [2, 1, 0, 3]);
}

/** The inverse of {@link splitHeads}. */
function mergeHeads(ops: Ops, heads: Tensor): Tensor {
  const [, count, rows, size] = heads.shape as [number, number, number, number];
  return ops.reshape(ops.transpose(heads, [2, 1, 0, 3]), [rows, 3 * count * size]);
}

/** [H, R, e] to [R, d]. */
function joinHeads(ops: Ops, z: Tensor): Tensor {
  const [heads, rows, size] = z.shape as [number, number, number];
  return ops.reshape(ops.transpose(z, [1, 0, 2]), [rows, heads * size]);
}
