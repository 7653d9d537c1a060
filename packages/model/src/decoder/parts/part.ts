/** The common interface of the decoder's parts: where their tensors come from, and where gradients go. */
import type { Ops, Tensor } from "@ft/backend";
import type { LinearAdapter } from "./linear.ts";

/** A decoder's tensors by their checkpoint names. */
export interface TensorSource {
  get(name: string): Tensor;
  has(name: string): boolean;
  /** Whether the tensor is trained, so that it gets a gradient. */
  trainable(name: string): boolean;
  /** The adapter on a linear, if there is one. */
  adapter?(linear: string): LinearAdapter | undefined;
}

/** A matrix over the vocabulary, [vocabulary, d]. */
export interface VocabularyMatrix {
  name: string;
  weight: Tensor;
  trainable: boolean;
}

/** Gradients of trainable tensors by name; a tensor used twice has its contributions added. */
export type Gradients = Map<string, Tensor>;

export function addGradient(ops: Ops, gradients: Gradients, name: string, gradient: Tensor): void {
  const before = gradients.get(name);
  gradients.set(name, before ? ops.add(before, gradient) : gradient);
}

/**
 * How to make the tensors that folding changes, by name; the others are the model's. A linear's weight must be made before
 * its bias.
 */
export interface Folding {
  ops: Ops;
  /** One of the model's own tensors, made anew each time. */
  load(name: string): Tensor;
  has(name: string): boolean;
  rules: Map<string, () => Tensor>;
}
