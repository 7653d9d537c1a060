/** One update of a model on some examples: gradients of micro-batches summed, clipped by their norm, then AdamW. */
import type { AdamWStep, Ops, Parameter, Tensor } from "@ft/backend";
import { type Gradients, layOut, type SupervisedSequence, type Trainable } from "@ft/model";

export interface StepMeasures {
  /** Mean over the supervised tokens, in nats, before the update. */
  loss: number;
  /** Before clipping. */
  gradientNorm: number;
  tokens: number;
  examples: number;
  seconds: number;
}

/**
 * Computes loss and gradients of the sequences and updates the parameters.
 *
 * @param microBatch sequences run at once. @default all
 * @param options of the update; without them none is made
 */
export function trainStep(
  ops: Ops,
  trainable: Trainable,
  sequences: readonly SupervisedSequence[],
  microBatch: number | undefined,
  options?: UpdateOptions,
): StepMeasures {
  const began = performance.now();
  const measured = ops.scope(() => {
    const { loss, gradients } = accumulate(ops, trainable, sequences, microBatch);
    const gradientNorm = options
      ? update(ops, trainable.parameters, gradients, options)
      : globalNorm(ops, gradients);
    return { loss, gradientNorm };
  });
  return {
    ...measured,
    tokens: sequences.reduce((sum, { tokens }) => sum + tokens.length, 0),
    examples: sequences.length,
    seconds: (performance.now() - began) / 1000,
  };
}

/**
 * The mean loss over every supervised token of the sequences, and its gradients: the same whatever the micro-batch, up
 * to rounding. The gradients belong to the scope it is called in.
 *
 * @param microBatch sequences run at once
 */
export function accumulate(
  ops: Ops,
  trainable: Trainable,
  sequences: readonly SupervisedSequence[],
  microBatch = sequences.length,
): { loss: number; gradients: Gradients } {
  if (sequences.length <= microBatch) return trainable.lossAndGradients(layOut(sequences));
  const targets = countTargets(sequences);
  return ops.scope(() => {
    let loss = 0;
    let gradients: Gradients | undefined;
    for (let first = 0; first < sequences.length; first += microBatch) {
      const part = sequences.slice(first, first + microBatch);
      const share = countTargets(part) / targets;
      const before = gradients;
      gradients = ops.scope(() => {
        const own = trainable.lossAndGradients(layOut(part));
        loss += share * own.loss;
        return new Map(
          [...own.gradients].map(([name, gradient]) => [name, add(ops, before?.get(name), gradient, share)]),
        );
      });
      if (before) ops.dispose(...before.values());
    }
    return { loss, gradients: gradients! };
  });
}

function add(ops: Ops, sum: Tensor | undefined, gradient: Tensor, share: number): Tensor {
  const scaled = ops.scale(gradient, share);
  return sum ? ops.add(sum, scaled) : scaled;
}

function countTargets(sequences: readonly SupervisedSequence[]): number {
  return sequences.reduce((sum, { targets }) => sum + targets.length, 0);
}

export interface UpdateOptions extends AdamWStep {
  /** The norm that all gradients together are clipped to. @default Infinity */
  clipNorm?: number;
}

/**
 * Updates every parameter in place. Weight decay falls on matrices only; biases and LayerNorm gains are spared, as
 * transformers' Trainer does.
 *
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

/** Keeps the factor finite if the norm is 0, as PyTorch's `clip_grad_norm_` does. */
const EPSILON = 1e-6;

/** The L2 norm of all gradients taken as one vector. */
export function globalNorm(ops: Ops, gradients: ReadonlyMap<string, Tensor>): number {
  return ops.scope(() => ops.read(ops.norm([...gradients.values()]))[0]!);
}

/**
 * The factor that brings gradients of norm `norm` down to `limit`; 1 if they are within it.
 * @param limit Infinity clips nothing
 */
export function clippingFactor(norm: number, limit: number): number {
  return Math.min(1, limit / (norm + EPSILON));
}
