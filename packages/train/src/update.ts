/** One update of all parameters: clip, then AdamW with weight decay on matrices. */
import type { AdamWStep, Ops, Parameter, Tensor } from "@ft/backend";
import { clippingFactor, globalNorm } from "./clip-by-global-norm.ts";

export interface UpdateOptions extends AdamWStep {
  /** The norm that all gradients together are clipped to. @default Infinity */
  clipNorm?: number;
}

/**
 * Updates every parameter in place. Weight decay falls on matrices only; biases and LayerNorm gains are spared, as
 * transformers' Trainer does.
 * @returns the gradients' norm before clipping
 */
export function update(
  ops: Ops,
  parameters: ReadonlyMap<string, Parameter>,
  gradients: ReadonlyMap<string, Tensor>,
  { clipNorm = Infinity, ...step }: UpdateOptions,
): number {
  const norm = globalNorm(ops, gradients);
  const factor = clippingFactor(norm, clipNorm);
  ops.scope(() => {
    for (const [name, parameter] of parameters) {
      const gradient = gradients.get(name)!;
      const clipped = factor < 1 ? ops.scale(gradient, factor) : gradient;
      const weightDecay = parameter.shape.length === 2 ? step.weightDecay : 0;
      ops.adamW(parameter, clipped, { ...step, weightDecay });
    }
  });
  return norm;
}
