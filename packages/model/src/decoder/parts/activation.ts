/** The registry of an MLP's activations, by the names transformers gives them. */
import type { Ops, Tensor } from "@ft/backend";

/** An elementwise function with its backward pass. */
export interface Activation {
  forward(ops: Ops, x: Tensor): Tensor;
  /** dy times the derivative at x. */
  backward(ops: Ops, x: Tensor, dy: Tensor): Tensor;
}

export const activations = {
  /** The exact GELU. */
  gelu: { forward: (ops, x) => ops.gelu(x), backward: (ops, x, dy) => ops.geluGradient(x, dy) },
} as const satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

export function isActivation(name: string): name is ActivationName {
  return Object.hasOwn(activations, name);
}
