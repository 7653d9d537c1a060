/** A linear map y = x W^T + b, possibly replaced by an adapter. */
import type { Ops, Tensor } from "@ft/backend";
import { addGradient, type Folding, type Gradients, type TensorSource } from "./part.ts";

export interface Linear {
  /** Tensor name without ".weight" and ".bias". */
  name: string;
  /** [out, in], as checkpoints store it. */
  weight: Tensor;
  /** [out]. */
  bias?: Tensor;
  /** Which get gradients. */
  trainable: { weight: boolean; bias: boolean };
  adapter?: LinearAdapter;
}

/** Computes an adapted linear in the linear's place, forward and backward. */
export interface LinearAdapter {
  /** x [R, in] to y [R, out], and the tensors that its backward pass needs besides x. */
  forward(ops: Ops, linear: Linear, x: Tensor): { y: Tensor; saved: Record<string, Tensor> };
  /**
   * The gradient at x from dy [R, out], or undefined unless `needsInput`; the gradients of the adapter's own tensors go to
   * `gradients`.
   */
  backward(
    ops: Ops,
    linear: Linear,
    record: { x: Tensor; saved: Record<string, Tensor> },
    dy: Tensor,
    needsInput: boolean,
    gradients?: Gradients,
  ): Tensor | undefined;
}

/** What the backward pass needs: the input, and what the adapter saved. */
export interface LinearRecord {
  x: Tensor;
  saved?: Record<string, Tensor>;
}

export function bindLinear(source: TensorSource, name: string): Linear {
  const [weight, bias] = [`${name}.weight`, `${name}.bias`];
  const adapter = source.adapter?.(name);
  return {
    name,
    weight: source.get(weight),
    ...(source.has(bias) && { bias: source.get(bias) }),
    trainable: { weight: source.trainable(weight), bias: source.trainable(bias) },
    ...(adapter && { adapter }),
  };
}

/** x [R, in] to y [R, out]. */
export function linearForward(ops: Ops, linear: Linear, x: Tensor): { y: Tensor; record: LinearRecord } {
  const { weight, bias, adapter } = linear;
  if (!adapter) return { y: ops.linear(x, weight, bias), record: { x } };
  const { y, saved } = adapter.forward(ops, linear, x);
  return { y, record: { x, saved } };
}

/** The gradient at x from dy [R, out], or undefined unless `needsInput`; parameters' gradients go to `gradients`. */
export function linearBackward(
  ops: Ops,
  linear: Linear,
  { x, saved = {} }: LinearRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): Tensor | undefined {
  const { name, weight, trainable, adapter } = linear;
  if (gradients) {
    if (trainable.weight) addGradient(ops, gradients, `${name}.weight`, ops.matMul(dy, x, true, false));
    if (trainable.bias) addGradient(ops, gradients, `${name}.bias`, ops.sum(dy, [0]));
  }
  if (adapter) return adapter.backward(ops, linear, { x, saved }, dy, needsInput, gradients);
  return needsInput ? ops.matMul(dy, weight) : undefined;
}

/** How to make a linear into which the norm that it reads is folded; the bias after the weight, each once. */
export interface FoldedLinear {
  /** W diag(gain), [out, in]. */
  weight(): Tensor;
  /** W bias + b, [out], outside of every scope; absent if it would be 0. */
  bias?: () => Tensor;
}

/** A linear with the gain and bias of the norm that it reads folded into it. */
export function foldedReader({ ops, load, has }: Folding, linear: string, norm: string): FoldedLinear {
  const [weight, bias] = [`${linear}.weight`, `${linear}.bias`];
  let folded: Tensor | undefined;
  const ofNorm = has(`${norm}.bias`);
  return {
    weight() {
      const own = load(weight);
      if (ofNorm) {
        const added = ops.reshape(ops.matMul(own, ops.reshape(load(`${norm}.bias`), [-1, 1])), [-1]);
        folded = ops.keep(has(bias) ? ops.add(added, load(bias)) : added);
      }
      return ops.multiply(own, load(`${norm}.weight`));
    },
    ...((ofNorm || has(bias)) && { bias: () => folded ?? ops.keep(load(bias)) }),
  };
}

/** Folds the gain and bias of the norm that a linear reads into the linear. */
export function foldReader(folding: Folding, linear: string, norm: string): void {
  const { weight, bias } = foldedReader(folding, linear, norm);
  folding.rules.set(`${linear}.weight`, weight);
  if (bias) folding.rules.set(`${linear}.bias`, bias);
}

/** Centres a linear that writes into the residual stream, so that its rows have mean 0. */
export function foldWriter({ ops, load, has, rules }: Folding, linear: string): void {
  for (const name of [`${linear}.weight`, `${linear}.bias`]) {
    if (!has(name)) continue;
    rules.set(name, () => {
      const written = load(name);
      return ops.subtract(written, ops.mean(written, [0], true));
    });
  }
}
