/** Loss and gradients of one update, some examples at a time. */
import type { Ops, Tensor } from "@ft/backend";
import { type Gradients, layOut, type SupervisedSequence, type Trainable } from "@ft/model";

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
