/** Gradients of trainable tensors by name; a tensor used twice has its contributions added. */
import type { Ops, Tensor } from "@ft/backend";

export type Gradients = Map<string, Tensor>;

export function addGradient(ops: Ops, gradients: Gradients, name: string, gradient: Tensor): void {
  const before = gradients.get(name);
  gradients.set(name, before ? ops.add(before, gradient) : gradient);
}
