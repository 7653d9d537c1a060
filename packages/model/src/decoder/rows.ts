/**
 * Which rows a block computes. Before attention has mixed them, rows depend only on their tokens: the first block may be
 * given each of the U distinct rows once, with the index of each of the R rows among them. The last block may return
 * only the n rows that are read out. Everywhere else U = R = n.
 */
import type { AttentionTree, Ops, Tensor } from "@ft/backend";

export interface Rows {
  /** Of the block's own attention, global or local. */
  tree: AttentionTree;
  /** The rows read out, among the R rows and among the U, both int32 [n]; absent if all are. */
  readout?: { rows: Tensor; distinct: Tensor };
  /** Absent if all rows are given. */
  repeat?: Repeat;
  /** Queries, keys and values before rotation of the tree's rows of earlier passes, [P, 3 H e], if it has any; constants. */
  past?: Tensor;
}

/** The distinct row of each row. */
export interface Repeat {
  /** Int32 [R], each below `count`. */
  index: Tensor;
  /** Distinct rows, U. */
  count: number;
}

/**
 * @param readout the rows read out, int32 [n]
 * @param past see {@link Rows}
 */
export function blockRows(
  ops: Ops,
  tree: AttentionTree,
  repeat: Repeat | undefined,
  readout: Tensor | undefined,
  past?: Tensor,
): Rows {
  return {
    tree,
    ...(past && { past }),
    ...(repeat && { repeat }),
    ...(readout && {
      readout: { rows: readout, distinct: repeat ? ops.gather(repeat.index, readout) : readout },
    }),
  };
}

/** Distinct rows [U, c] to all rows [R, c]. */
export function spread(ops: Ops, { repeat }: Rows, t: Tensor): Tensor {
  return repeat ? ops.gather(t, repeat.index) : t;
}

/** The transpose of {@link spread}: [R, c] to [U, c]. */
export function unspread(ops: Ops, { repeat }: Rows, t: Tensor): Tensor {
  return repeat ? ops.segmentSum(t, repeat.index, repeat.count) : t;
}

/** Distinct rows [U, c] to those that are read out [n, c], or to all if all are. */
export function pick(ops: Ops, { readout }: Rows, t: Tensor): Tensor {
  return readout ? ops.gather(t, readout.distinct) : t;
}

/** The transpose of {@link pick}. @param count distinct rows, U */
export function unpick(ops: Ops, { readout }: Rows, t: Tensor, count: number): Tensor {
  return readout ? ops.segmentSum(t, readout.distinct, count) : t;
}
