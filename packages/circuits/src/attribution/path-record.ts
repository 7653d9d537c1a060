/** The part of a pass's records that the backward pass needs: that of the points between corrupted and clean. */
import type { Normalized, Ops, Tensor } from "@ft/backend";
import { type BlockRecord, type ModelConfig, mlpOnDistinctRows, mlpRows, treeOfLayer } from "@ft/model";
import type { PairTree } from "../pairs/pair-tree.ts";
import { copyNodes, type EmbeddedPairs, type NodeCopies } from "../pairs/run-pairs.ts";

/** Where the path's rows are: K points of M nodes, B of which are read out. */
export interface PathRows extends NodeCopies {
  points: number; // K
  pairs: PairTree;
  embedded: EmbeddedPairs;
}

export function pathRows(
  ops: Ops,
  config: ModelConfig,
  pairs: PairTree,
  embedded: EmbeddedPairs,
  points: number,
): PathRows {
  return { points, pairs, embedded, ...copyNodes(ops, config, pairs, points) };
}

/**
 * The record of only the path's rows. In the first block, whose rows are given once each, they are the interpolations:
 * nodes with the same token twice are not on a path, and one row beyond the interpolations stands in for all of them.
 *
 * @param isLocal whether the layer has local attention
 */
export function pathRecord(ops: Ops, rows: PathRows, record: BlockRecord, isLocal: boolean): BlockRecord {
  const { points, pairs, embedded } = rows;
  const [count, nodes, shared] = [pairs.members.length, pairs.clean.length, pairs.shared.length];
  const first = 2 * nodes + shared;
  const own = (t: Tensor, from: number, length: number) => ops.slice(t, [from, 0], [length, -1]);
  const { repeat, readout } = record.rows;
  const { attention, mlp, between } = record;
  const interpolated = points * embedded.differing + 1;
  const everyNode = (t: Tensor) => own(t, first, points * nodes);
  const local = (t: Tensor) => (repeat ? own(t, 0, interpolated) : everyNode(t));
  const out = (t: Tensor) => (readout ? own(t, 2 * count, -1) : everyNode(t));
  return {
    rows: {
      tree: treeOfLayer(rows.tree, isLocal),
      ...(repeat && { repeat: { index: embedded.interpolation, count: interpolated } }),
      ...(readout && {
        readout: {
          rows: rows.readout,
          distinct: repeat ? ops.gather(embedded.interpolation, rows.readout) : rows.readout,
        },
      }),
    },
    normalized: mapNormalized(local, record.normalized),
    attention: {
      ...attention,
      read: local(attention.read),
      qkv: own(attention.qkv, first, -1),
      ...(shared > 0 && { past: own(attention.qkv, 2 * nodes, shared) }),
    },
    ...(between && { between: mapNormalized(out, between) }),
    mlp: mlpRows(mlpOnDistinctRows(record) ? local : out, mlp),
  };
}

/** Rows of both tensors. */
export function mapNormalized(rows: (t: Tensor) => Tensor, { xhat, rstd }: Normalized): Normalized {
  return { xhat: rows(xhat), rstd: rows(rstd) };
}
