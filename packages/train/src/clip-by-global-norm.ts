/** Clipping of gradients by their norm over all parameters together. */
import type { Ops, Tensor } from "@ft/backend";

/** Keeps the factor finite where the norm is 0, as PyTorch's `clip_grad_norm_` does. */
const EPSILON = 1e-6;

/** The L2 norm of all gradients taken as one vector. */
export function globalNorm(ops: Ops, gradients: ReadonlyMap<string, Tensor>): number {
  return ops.scope(() => ops.read(ops.norm([...gradients.values()]))[0]!);
}

/**
 * The factor that brings gradients of norm `norm` down to `limit`; 1 where they are within it.
 * @param limit Infinity clips nothing
 */
export function clippingFactor(norm: number, limit: number): number {
  return Math.min(1, limit / (norm + EPSILON));
}
