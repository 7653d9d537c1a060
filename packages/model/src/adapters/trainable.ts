/** A model being trained: its frozen tensors, its parameters, and the loss with its gradients. */
import type { Ops, Parameter, ParameterState } from "@ft/backend";
import { type Batch, runBatch } from "../decoder/batch.ts";
import { type Decoder, runBlocksBackward } from "../decoder/decoder.ts";
import { frozenTensors } from "../decoder/frozen-tensors.ts";
import { bindDecoder } from "../decoder/load.ts";
import { embedBackward } from "../decoder/parts/embedding.ts";
import type { Gradients } from "../decoder/parts/part.ts";
import { readOutBackward } from "../decoder/parts/readout.ts";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";
import type { Model } from "../weights/load-model.ts";
import { adapterTensors } from "./adapter.ts";
import { type Adapter, adapterKind } from "./kinds/index.ts";

export interface Trainable {
  /** By tensor name, in a fixed order. */
  parameters: ReadonlyMap<string, Parameter>;
  /** The decoder over the parameters' current values; valid until the next update. */
  decoder(): Decoder;
  /**
   * The mean cross entropy over the batch's read-out rows and its gradient for every parameter. The gradients belong
   * to the calling scope.
   */
  lossAndGradients(batch: Batch): { loss: number; gradients: Gradients };
  dispose(): void;
}

/**
 * Puts a model on the backend for training.
 *
 * @param seed of the adapter's initial values
 * @param state values and moments to resume from, by tensor name. @default a fresh start
 */
export function createTrainable(
  ops: Ops,
  model: Pick<Model, "config" | "weights">,
  adapter: Adapter,
  seed: number,
  state?: ReadonlyMap<string, ParameterState>,
): Trainable {
  const { config, weights } = model;
  const frozen = frozenTensors(ops, weights);
  const parameters = new Map<string, Parameter>();
  for (const [name, tensor] of adapterTensors(weights, adapter, seed)) {
    const saved = state?.get(name);
    parameters.set(name, ops.parameter(saved?.value ?? tensor.data, tensor.shape, saved));
  }
  const kind = adapterKind(adapter.kind);
  const modules = new Map(adapter.modules.map((module) => [module.name, module]));

  const decoder = () =>
    bindDecoder(config, {
      get: (name) => parameters.get(name)?.value ?? frozen.get(name),
      has: frozen.has,
      trainable: (name) => parameters.has(name),
      adapter(linear) {
        const module = modules.get(linear);
        return module && kind.adapt?.(module, (name) => parameters.get(name)!.value);
      },
    });
  decoder(); // puts the frozen tensors on the backend

  return {
    parameters,
    decoder,
    lossAndGradients: (batch) => ops.scope(() => lossAndGradients(ops, decoder(), batch)),
    dispose() {
      ops.disposeParameter(...parameters.values());
      frozen.dispose();
    },
  };
}

function lossAndGradients(ops: Ops, decoder: Decoder, batch: Batch): { loss: number; gradients: Gradients } {
  const { run, readout, tokens } = runBatch(ops, decoder, batch, true);
  const count = batch.readout.length;
  const { losses, gradient } = ops.crossEntropy(readout.logits, ops.tensor(batch.targets, [count]));
  const loss = ops.read(ops.mean(losses, [0]))[0]!;

  const gradients: Gradients = new Map();
  const dRun = readOutBackward(ops, decoder, readout, ops.scale(gradient, 1 / count), gradients);
  const { embedding } = decoder;
  const dEmbedded = runBlocksBackward(ops, decoder, run, dRun, {
    gradients,
    needsInput: embedding.trainable,
  });
  if (embedding.trainable) embedBackward(ops, embedding, tokens, dEmbedded!, gradients);
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
