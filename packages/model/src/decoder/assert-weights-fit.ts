import { assertFits } from "../backend/capacity.ts";
import type { Ops } from "../backend/ops.ts";
import type { Weights } from "../weights/host-tensor.ts";

/** Refuses weights that the backend cannot hold, before any of them is put there. @throws UserError */
export function assertWeightsFit(ops: Ops, weights: Weights): void {
  let bytes = 0;
  for (const { data } of weights.values()) bytes += data.byteLength;
  assertFits(ops.info, bytes);
}
