/** A model being trained: its frozen tensors, its parameters, and the loss with its gradients. */
import type { Ops, Parameter, ParameterState } from "@ft/backend";
import { type Batch, runBatch } from "../decoder/batch.ts";
import { type Decoder, runBlocksBackward } from "../decoder/decoder.ts";
import { frozenTensors } from "../decoder/frozen-tensors.ts";
import { bindDecoder } from "../decoder/load.ts";
import { embedBackward, trainsEmbedding } from "../decoder/parts/embedding.ts";
import { addGradient, type Gradients } from "../decoder/parts/part.ts";
import { readOutBackward } from "../decoder/parts/readout.ts";
import { familyOf } from "../families/index.ts";
import { elementCount, type HostTensor, type Weights } from "../weights/host-tensor.ts";
import type { Model } from "../weights/load-model.ts";
import { adapterTensors } from "./adapter.ts";
import { type Dropout, seededDropout } from "./dropout.ts";
import { type Adapter, type AdapterModule, adapterKind, type DropoutMask } from "./kinds/index.ts";

/** See {@link Trainable.lossAndGradients}. */
export interface LossAndGradients {
  /** In nats. */
  loss: number;
  /** 0 for most kinds. */
  penalty: number;
  gradients: Gradients;
}

export interface Trainable {
  /** By tensor name, in a fixed order. */
  parameters: ReadonlyMap<string, Parameter>;
  /** The decoder over the parameters' current values, without dropout; valid until the next update. */
  decoder(): Decoder;
  /** Whether weight decay falls on a parameter: as with transformers' Trainer, not on biases and norms. */
  decays(name: string): boolean;
  /** The dropout masks of an update; undefined without dropout. */
  dropoutAt(step: number): Dropout | undefined;
  /**
   * The mean cross entropy over the batch's read-out rows, the kind's penalty, and the gradient of their sum for every
   * parameter. The gradients belong to the calling scope.
   *
   * @param dropout the batch's rows must not be shared, so that each has its own mask. @default none
   */
  lossAndGradients(batch: Batch, dropout?: Dropout): LossAndGradients;
  dispose(): void;
}

/**
 * Puts a model on the backend for training.
 *
 * @param seed of the adapter's initial values, and of dropout
 * @param state by tensor name, values and moments to resume from, or values alone to start from. @default the kind's
 * initial values
 */
export function createTrainable(
  ops: Ops,
  model: Pick<Model, "config" | "weights">,
  adapter: Adapter,
  seed: number,
  state?: Pick<ReadonlyMap<string, ParameterState | Pick<ParameterState, "value">>, "get">,
): Trainable {
  const { config, weights } = model;
  const frozen = frozenTensors(ops, weights);
  const parameters = new Map<string, Parameter>();
  for (const [name, tensor] of adapterTensors(weights, adapter, seed)) {
    const saved = state?.get(name);
    const moments = saved && "firstMoment" in saved ? saved : undefined;
    parameters.set(name, ops.parameter(saved?.value ?? tensor.data, tensor.shape, moments));
  }
  const kind = adapterKind(adapter.kind);
  const modules = new Map(adapter.modules.map((module) => [module.name, module]));
  const value = (name: string) => parameters.get(name)!.value;
  const rateOf = (module: AdapterModule) => kind.dropout?.(module) ?? 0;
  const matrices = familyOf(config)
    .tensors(config)
    .filter((tensor) => tensor.kind === "matrix");
  const decayed = new Set([
    ...matrices.map(({ name }) => name),
    ...[...parameters.keys()].filter((name) => !weights.has(name)),
  ]);

  const decoder = (dropout?: Dropout) =>
    bindDecoder(config, {
      get: (name) => parameters.get(name)?.value ?? frozen.get(name),
      has: frozen.has,
      trainable: (name) => parameters.has(name),
      adapter(linear) {
        const module = modules.get(linear);
        return module && kind.adapt?.(module, value, dropout && maskOf(module, rateOf(module), dropout));
      },
    });
  decoder(); // puts the frozen tensors on the backend

  return {
    parameters,
    decoder: () => decoder(),
    decays: (name) => decayed.has(name),
    dropoutAt: (step) =>
      adapter.modules.some((module) => rateOf(module) > 0) ? seededDropout(seed, step) : undefined,
    lossAndGradients: (batch, dropout) =>
      ops.scope(() => {
        const { loss, gradients } = lossAndGradients(ops, decoder(dropout), batch);
        const penalty = kind.penalty?.(ops, adapter.modules, value);
        for (const [name, gradient] of penalty?.gradients ?? []) addGradient(ops, gradients, name, gradient);
        return { loss, penalty: penalty ? ops.read(penalty.loss)[0]! : 0, gradients };
      }),
    dispose() {
      ops.disposeParameter(...parameters.values());
      frozen.dispose();
    },
  };
}

function maskOf({ name }: AdapterModule, rate: number, dropout: Dropout): DropoutMask | undefined {
  if (rate === 0) return undefined;
  return (ops, { shape }) => ops.tensor(dropout(name, rate, elementCount(shape)), shape);
}

function lossAndGradients(ops: Ops, decoder: Decoder, batch: Batch): { loss: number; gradients: Gradients } {
  const { run, readout, first } = runBatch(ops, decoder, batch, true);
  const count = batch.readout.length;
  const { losses, gradient } = ops.crossEntropy(readout.logits, ops.tensor(batch.targets, [count]));
  const loss = ops.read(ops.mean(losses, [0]))[0]!;

  const gradients: Gradients = new Map();
  const dRun = readOutBackward(ops, decoder, readout, ops.scale(gradient, 1 / count), gradients);
  const { embedding } = decoder;
  const dEmbedded = runBlocksBackward(ops, decoder, run, dRun, {
    gradients,
    needsInput: trainsEmbedding(embedding),
  });
  if (dEmbedded) embedBackward(ops, embedding, first, dEmbedded, gradients);
  return { loss, gradients };
}

/** The parameters' current values on the host, for checkpoints. */
export function readParameters(ops: Ops, trainable: Trainable): Weights {
  const tensors = new Map<string, HostTensor>();
  for (const [name, parameter] of trainable.parameters) {
    tensors.set(name, { shape: [...parameter.shape], data: ops.readParameter(parameter).value });
  }
  return tensors;
}
