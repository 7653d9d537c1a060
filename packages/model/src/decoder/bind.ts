/** Binds tensors by their checkpoint names into the decoder's structure. */
import type { Ops, Tensor } from "@ft/backend";
import { familyOf, type LinearKind } from "../weights/families.ts";
import type { Weights } from "../weights/host-tensor.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import type { Affine } from "./affine.ts";
import { assertWeightsFit } from "./assert-weights-fit.ts";
import type { Decoder } from "./decoder.ts";
import { type FrozenTensors, frozenWeights } from "./frozen-tensors.ts";
import type { Linear } from "./linear.ts";

/** Where tensors come from, and which are trained. */
export interface TensorSource extends Pick<FrozenTensors, "get"> {
  trainable(name: string): boolean;
  lora?(linear: string): Linear["lora"] | undefined;
}

/** The decoder over a source's tensors. */
export function bindDecoder(config: ModelConfig, source: TensorSource): Decoder {
  const affine = (name: string): Affine => ({
    name,
    gain: source.get(`${name}.weight`),
    bias: source.get(`${name}.bias`),
    trainable: source.trainable(`${name}.weight`),
  });
  const linear = (name: string): Linear => {
    const lora = source.lora?.(name);
    return {
      name,
      weight: source.get(`${name}.weight`),
      bias: source.get(`${name}.bias`),
      trainable: source.trainable(`${name}.weight`),
      ...(lora && { lora }),
    };
  };
  const { names } = familyOf(config);
  const table = (name: string, weight: Tensor) => ({ name, weight, trainable: source.trainable(name) });
  return {
    config,
    shape: { epsilon: config.layerNormEpsilon, centred: false },
    embedding: table(names.embedding, source.get(names.embedding)),
    blocks: Array.from({ length: config.layers }, (_, layer) => {
      const of = (kind: LinearKind) => linear(names.linear(layer, kind));
      return {
        norm1: affine(names.norm1(layer)),
        norm2: affine(names.norm2(layer)),
        queryKeyValue: of("query_key_value"),
        dense: of("dense"),
        up: of("dense_h_to_4h"),
        down: of("dense_4h_to_h"),
      };
    }),
    finalNorm: affine(names.finalNorm),
    unembedding: table(names.unembedding, source.get(names.unembedding)),
  };
}

/** A decoder whose weights are constants, with what frees them. */
export interface LoadedDecoder {
  decoder: Decoder;
  dispose(): void;
}

/** Puts host weights on the backend and binds them; the tensors live until disposed of. */
export function loadDecoder(ops: Ops, config: ModelConfig, weights: Weights): LoadedDecoder {
  assertWeightsFit(ops, weights);
  const frozen = frozenWeights(ops, weights);
  const decoder = bindDecoder(config, { ...frozen, trainable: () => false });
  return { decoder, dispose: frozen.dispose };
}
