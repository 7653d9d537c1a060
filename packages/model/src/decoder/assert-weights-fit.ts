import type { Ops } from "@ft/backend";
import { assertFits } from "@ft/backend";
import { elementCount, type Weights } from "../weights/host-tensor.ts";

/** Refuses weights that the backend cannot hold, before any of them is put there. @throws UserError */
export function assertWeightsFit(ops: Ops, weights: Weights): void {
  let bytes = 0;
  for (const { shape } of weights.values()) bytes += elementCount(shape) * Float32Array.BYTES_PER_ELEMENT;
  assertFits(ops.info, bytes);
}
