/**
 * The MLP: a linear, an activation, and a second linear. In a gated one (SwiGLU, Shazeer 2020) the activation is on a linear of
 * its own, the gate, which multiplies the first one's outputs.
 */
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
  /** [m, d]; absent if the activation is on `up`. */
  gate?: Linear;
  activation: Activation;
  /** [d, m]. */
  down: Linear;
}

export interface MlpRecord {
  /** Before the activation, [R, m]. */
  hidden: Tensor;
  /** What the activated gate multiplies, [R, m]. */
  gated?: Tensor;
  up: LinearRecord;
  gate?: LinearRecord;
  /** Its x is the hidden layer after the activation, [R, m]. */
  down: LinearRecord;
}

export function bindMlp(source: TensorSource, names: BlockNames, activation: ActivationName): Mlp {
  return {
    up: bindLinear(source, names.up),
    ...(names.gate && { gate: bindLinear(source, names.gate) }),
    activation: activations[activation],
    down: bindLinear(source, names.down),
  };
}

/** Normed rows [R, d] to what the MLP adds to the residual stream, [R, d]. */
export function mlpForward(
  ops: Ops,
  { up, gate, activation, down }: Mlp,
  normed: Tensor,
): { y: Tensor; record: MlpRecord } {
  const first = linearForward(ops, up, normed);
  if (!gate) {
    const { y, record } = linearForward(ops, down, activation.forward(ops, first.y));
    return { y, record: { hidden: first.y, up: first.record, down: record } };
  }
  const opened = linearForward(ops, gate, normed);
  const { y, record } = linearForward(ops, down, ops.multiply(activation.forward(ops, opened.y), first.y));
  return {
    y,
    record: { hidden: opened.y, gated: first.y, up: first.record, gate: opened.record, down: record },
  };
}

/** The gradient at the normed rows, [R, d], from the one at what the MLP adds; undefined unless `needsInput`. */
export function mlpBackward(
  ops: Ops,
  { up, gate, activation, down }: Mlp,
  record: MlpRecord,
  dy: Tensor,
  needsInput: boolean,
  gradients?: Gradients,
): Tensor | undefined {
  const dActivated = linearBackward(ops, down, record.down, dy, true, gradients)!;
  if (!gate) {
    const dHidden = activation.backward(ops, record.hidden, dActivated);
    return linearBackward(ops, up, record.up, dHidden, needsInput, gradients);
  }
  const dGated = ops.multiply(dActivated, activation.forward(ops, record.hidden));
  const dHidden = activation.backward(ops, record.hidden, ops.multiply(dActivated, record.gated!));
  const throughUp = linearBackward(ops, up, record.up, dGated, needsInput, gradients);
  const throughGate = linearBackward(ops, gate, record.gate!, dHidden, needsInput, gradients);
  return throughUp && ops.add(throughUp, throughGate!);
}

/** Some rows of a record: of what its backward pass reads without training. */
export function mlpRows(rows: (t: Tensor) => Tensor, record: MlpRecord): MlpRecord {
  return {
    ...record,
    hidden: rows(record.hidden),
    ...(record.gated && { gated: rows(record.gated) }),
  };
}

/** Normed rows [R, d] to the hidden layer after its activation, [R, m]; of an MLP without adapters. */
export function activate(ops: Ops, { up, gate, activation }: Mlp, normed: Tensor): Tensor {
  const linear = ({ weight, bias }: Linear) => ops.linear(normed, weight, bias);
  if (!gate) return activation.forward(ops, linear(up));
  return ops.multiply(activation.forward(ops, linear(gate)), linear(up));
}

/** The change of the residual stream, [R, d], for a change of the activated hidden layer, [R, m]. */
export function writeDifference(ops: Ops, { down }: Mlp, activated: Tensor): Tensor {
  return ops.linear(activated, down.weight);
}

/** @param centre whether the residual stream is centred */
export function foldMlp(folding: Folding, names: BlockNames, centre: boolean): void {
  foldReader(folding, names.up, names.norm2);
  if (names.gate) foldReader(folding, names.gate, names.norm2);
  if (centre) foldWriter(folding, names.down);
}
