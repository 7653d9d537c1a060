/** Updates of an adapter from given values, as the fixtures made with PEFT describe them. */
import type { Ops } from "@ft/backend";
import {
  type Adapter,
  adapterSchedule,
  adapterTensors,
  createTrainable,
  layOut,
  type Model,
  readParameters,
  type SupervisedSequence,
  type Weights,
} from "@ft/model";
import { trainStep } from "../train-step.ts";

/** The keys of a fixture's `training`. */
export interface Updates {
  learningRate: number;
  weightDecay: number;
  clipNorm: number;
  /** Supervised tokens at the end of every sequence. */
  targets: number;
}

/**
 * Trains an adapter from given values, one update a batch.
 *
 * @returns the loss before each update, with the kind's penalty, and what is trained
 */
export function trainFrom(
  ops: Ops,
  model: Pick<Model, "config" | "weights">,
  adapter: Adapter,
  start: Weights,
  batches: readonly number[][][],
  { targets, ...options }: Updates,
): { losses: number[]; trained: Weights } {
  const trainable = createTrainable(ops, model, adapter, 1, stateAt(model, adapter, start));
  const schedule = adapterSchedule(adapter, batches.length);
  const losses = batches.map((batch, i) => {
    const sequences = supervised(batch, targets);
    const penalty = schedule ? ops.scope(() => trainable.lossAndGradients(layOut(sequences)).penalty) : 0;
    const { loss } = trainStep(ops, trainable, sequences, undefined, { ...options, step: i + 1, schedule });
    return loss + penalty;
  });
  const trained = readParameters(ops, trainable);
  trainable.dispose();
  return { losses, trained };
}

/** Parameters at given values, the others at their start. */
export function stateAt({ weights }: Pick<Model, "weights">, adapter: Adapter, values: Weights) {
  return new Map(
    [...adapterTensors(weights, adapter, 1)].map(([name, start]) => [
      name,
      { value: (values.get(name) ?? start).data },
    ]),
  );
}

/** A batch's sequences, the next token a target at the last positions. */
function supervised(batch: number[][], targets: number): SupervisedSequence[] {
  return batch.map((tokens) => ({
    tokens: tokens.slice(0, -1),
    targets: tokens
      .map((token, position) => ({ position: position - 1, token }))
      .slice(tokens.length - targets),
  }));
}
