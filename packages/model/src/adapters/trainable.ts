/** A model being trained: its frozen tensors, its parameters, and the loss with its gradients. */
import type { Ops, Parameter, ParameterState } from "@ft/backend";
import { assertWeightsFit } from "../decoder/assert-weights-fit.ts";
import { type Batch, runBatch } from "../decoder/batch.ts";
import { bindDecoder } from "../decoder/bind.ts";
import { type Decoder, readOutBackward, runBlocksBackward } from "../decoder/decoder.ts";
import { frozenWeights } from "../decoder/frozen-tensors.ts";
import { addGradient, type Gradients } from "../decoder/gradients.ts";
import type { HostTensor, Weights } from "../weights/host-tensor.ts";
import type { Model } from "../weights/load-model.ts";
import { type AdapterModule, initializeLora, loraNames } from "./lora.ts";

/** What is trained: low-rank adapters on some linears, or every weight. */
export type Adapter = { adapter: "lora"; modules: readonly AdapterModule[] } | { adapter: "full" };

export interface Trainable {
  /** By tensor name, in a fixed order. */
  parameters: ReadonlyMap<string, Parameter>;
  /** The decoder over the parameters' current values; valid until the next update. */
  decoder(): Decoder;
  /**
   * The mean cross entropy over the batch's read-out rows and its gradient for every parameter. The gradients belong
   * to the scope it is called in.
   */
  lossAndGradients(batch: Batch): { loss: number; gradients: Gradients };
  dispose(): void;
}

/**
 * Puts a model on the backend for training.
 *
 * @param seed of the adapters' initial values
 * @param state values and moments to go on from, by tensor name; a fresh start where absent
 */
export function createTrainable(
  ops: Ops,
  model: Pick<Model, "config" | "weights">,
  adapter: Adapter,
  seed: number,
  state?: ReadonlyMap<string, ParameterState>,
): Trainable {
  const { config, weights } = model;
  assertWeightsFit(ops, weights);
  const initial: Weights =
    adapter.adapter === "full" ? weights : initializeLora(weights, adapter.modules, seed);
  const parameters = new Map<string, Parameter>();
  for (const [name, tensor] of initial) {
    const saved = state?.get(name);
    parameters.set(name, ops.parameter(saved?.value ?? tensor.data, tensor.shape, saved));
  }
  const frozen = frozenWeights(ops, weights);
  const scales = new Map(
    adapter.adapter === "lora" ? adapter.modules.map(({ name, alpha, rank }) => [name, alpha / rank]) : [],
  );

  const decoder = () =>
    bindDecoder(config, {
      get: (name) => parameters.get(name)?.value ?? frozen.get(name),
      trainable: (name) => parameters.has(name),
      lora: (linear) => {
        const scale = scales.get(linear);
        if (scale === undefined) return undefined;
        const { a, b } = loraNames(linear);
        return { a: parameters.get(a)!.value, b: parameters.get(b)!.value, scale };
      },
    });
  decoder(); // puts what is frozen on the backend

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
  if (embedding.trainable) {
    const summed = ops.segmentSum(dEmbedded!, tokens, embedding.weight.shape[0]!);
    addGradient(ops, gradients, embedding.name, summed);
  }
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
