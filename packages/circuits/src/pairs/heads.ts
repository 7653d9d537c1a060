/** What several heads have side by side, [rows, H * c], and head by head, [H, rows, c]. */
import type { Ops, Tensor } from "@ft/model";

export function byHead(ops: Ops, t: Tensor, heads: number): Tensor {
  return ops.transpose(ops.reshape(t, [t.shape[0]!, heads, -1]), [1, 0, 2]);
}

export function sideBySide(ops: Ops, t: Tensor): Tensor {
  return ops.reshape(ops.transpose(t, [1, 0, 2]), [t.shape[1]!, -1]);
}
