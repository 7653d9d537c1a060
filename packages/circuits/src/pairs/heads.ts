/** What several heads have, laid out in either way. */
import type { Ops, Tensor } from "@ft/backend";

/** Side by side, [rows, H * c], to head by head, [H, rows, c]. */
export function byHead(ops: Ops, t: Tensor, heads: number): Tensor {
  return ops.transpose(ops.reshape(t, [t.shape[0]!, heads, -1]), [1, 0, 2]);
}

/** Head by head, [H, rows, c], to side by side, [rows, H * c]. */
export function sideBySide(ops: Ops, t: Tensor): Tensor {
  return ops.reshape(ops.transpose(t, [1, 0, 2]), [t.shape[1]!, -1]);
}
