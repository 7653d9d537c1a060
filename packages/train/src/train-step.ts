/** One update of a model on some examples, measured. */
import type { Ops } from "@ft/backend";
import type { SupervisedSequence, Trainable } from "@ft/model";
import { accumulate } from "./accumulate.ts";
import { globalNorm } from "./clip-by-global-norm.ts";
import { type UpdateOptions, update } from "./update.ts";

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
 * @param options of the update; none is made where absent
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
