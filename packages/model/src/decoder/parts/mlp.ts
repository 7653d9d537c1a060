/** The MLP: a linear, an activation, and a second linear. */
import type { Ops, Tensor } from "@ft/backend";
import type { BlockNames } from "../../families/family.ts";
import { type Activation, type ActivationName, activations } from "./activation.ts";
import {
  bindLinear,
  foldReader,
  foldWriter,
  type Linear,
  type LinearRecord,
  linearBackward,
  linearForward,
} from "./linear.ts";
import type { Folding, Gradients, TensorSource } from "./part.ts";

export interface Mlp {
  /** [m, d]. */
  up: Linear;
  activation: Activation;
  /** [d, m]. */
  down: Linear;
}

export interface MlpRecord {
  /** Before the activation, [R, m]. */
  hidden: Tensor;
  up: LinearRecord;
  /** Its x is the hidden layer after the activation, [R, m]. */
  down: LinearRecord;
}

export function bindMlp(source: TensorSource, names: BlockNames, activation: ActivationName): Mlp {
  return {
    up: bindLinear(source, names.up),
    activation: activations[activation],
    down: bindLinear(source, names.down),
  };
}

/** Normed rows [R, d] to what the MLP adds to the residual stream, [R, d]. */
export function mlpForward(
  ops: Ops,
  { up, activation, down }: Mlp,
  normed: Tensor,
): { y: Tensor; record: MlpRecord } {
  const hidden = linearForward(ops, up, normed);
  const { y, record } = linearForward(ops, down, activation.forward(ops, hidden.y));
  return { y, record: { hidden: hidden.y, up: hidden.record, down: record } };
}

/** The gradient at the normed rows, [R, d], from the one at what the MLP adds; undefined unless `needsInput`. */
export function mlpBackward(
  ops: Ops,
  { up, activation, down }: Mlp,
  record: MlpRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): Tensor | undefined {
  const dActivated = linearBackward(ops, down, record.down, dy, true, gradients)!;
  const dHidden = activation.backward(ops, record.hidden, dActivated);
  return linearBackward(ops, up, record.up, dHidden, needsInput, gradients);
}

/** Normed rows [R, d] to the hidden layer after its activation, [R, m]; of an MLP without adapters. */
export function activate(ops: Ops, { up, activation }: Mlp, normed: Tensor): Tensor {
  return activation.forward(ops, ops.linear(normed, up.weight, up.bias));
}

/** The change of the residual stream, [R, d], for a change of the activated hidden layer, [R, m]. */
export function writeDifference(ops: Ops, { down }: Mlp, activated: Tensor): Tensor {
  return ops.linear(activated, down.weight);
}

/** @param centre whether the residual stream is centred */
export function foldMlp(folding: Folding, names: BlockNames, centre: boolean): void {
  foldReader(folding, names.up, names.norm2);
  if (centre) foldWriter(folding, names.down);
}
