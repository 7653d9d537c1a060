/** One update of a model on some examples: gradients of micro-batches summed, clipped by their norm, then AdamW. */
import type { AdamWStep, Ops, Tensor } from "@ft/backend";
import {
  type AdapterSchedule,
  type Dropout,
  type Gradients,
  layOut,
  type SupervisedSequence,
  type Trainable,
} from "@ft/model";

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
    const dropout = options && trainable.dropoutAt(options.step);
    const { loss, gradients } = accumulate(ops, trainable, sequences, microBatch, dropout);
    const gradientNorm = options ? update(ops, trainable, gradients, options) : globalNorm(ops, gradients);
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
 * The mean loss over every supervised token of the sequences, and the gradients of this and the kind's penalty: the same
 * whatever the micro-batch, up to rounding. The gradients belong to the scope it is called in.
 *
 * @param microBatch sequences run at once
 * @param dropout the update's masks. @default none
 */
export function accumulate(
  ops: Ops,
  trainable: Trainable,
  sequences: readonly SupervisedSequence[],
  microBatch = sequences.length,
  dropout?: Dropout,
): { loss: number; gradients: Gradients } {
  const run = (part: readonly SupervisedSequence[]) =>
    trainable.lossAndGradients(layOut(part, dropout === undefined), dropout);
  if (sequences.length <= microBatch) return run(sequences);
  const targets = countTargets(sequences);
  return ops.scope(() => {
    let loss = 0;
    let gradients: Gradients | undefined;
    for (let first = 0; first < sequences.length; first += microBatch) {
      const part = sequences.slice(first, first + microBatch);
      const share = countTargets(part) / targets;
      const before = gradients;
      gradients = ops.scope(() => {
        const own = run(part);
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
  /** What the adapter's kind changes after the update. @default nothing */
  schedule?: AdapterSchedule | undefined;
}

/**
 * Updates every parameter in place, then what the kind's schedule changes. Weight decay spares biases and norms.
 *
 * @returns the gradients' norm before clipping
 */
export function update(
  ops: Ops,
  { parameters, decays }: Pick<Trainable, "parameters" | "decays">,
  gradients: ReadonlyMap<string, Tensor>,
  { clipNorm = Infinity, schedule, ...step }: UpdateOptions,
): number {
  const norm = globalNorm(ops, gradients);
  const factor = clippingFactor(norm, clipNorm);
  const clipped = (name: string) => {
    const gradient = gradients.get(name)!;
    return factor < 1 ? ops.scale(gradient, factor) : gradient;
  };
  ops.scope(() => {
    for (const [name, parameter] of parameters) {
      const weightDecay = decays(name) ? step.weightDecay : 0;
      ops.scope(() => ops.adamW(parameter, clipped(name), { ...step, weightDecay }));
    }
    const changed = schedule?.afterUpdate(step.step, (name) => ({
      value: ops.read(parameters.get(name)!.value) as Float32Array,
      gradient: ops.read(clipped(name)) as Float32Array,
    }));
    for (const [name, values] of changed ?? []) ops.assign(parameters.get(name)!, values);
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
