/** Binds tensors by their checkpoint names into the decoder's structure. */
import type { Ops, Tensor } from "../backend/ops.ts";
import type { Weights } from "../weights/host-tensor.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import type { Decoder } from "./decoder.ts";
import type { Linear } from "./linear.ts";
import type { Affine } from "./normalize.ts";
import { rotateHalfMatrix } from "./rotary.ts";

/** The linears of a GPT-NeoX block that adapters may sit on, with the path below the layer. */
export const LINEARS = {
  query_key_value: "attention.query_key_value",
  dense: "attention.dense",
  dense_h_to_4h: "mlp.dense_h_to_4h",
  dense_4h_to_h: "mlp.dense_4h_to_h",
} as const;

export type LinearKind = keyof typeof LINEARS;

/** The name of a layer's linear without ".weight", such as "gpt_neox.layers.3.attention.dense". */
export function linearName(layer: number, kind: LinearKind): string {
  return `gpt_neox.layers.${layer}.${LINEARS[kind]}`;
}

/** Where tensors come from, and which are trained. */
export interface TensorSource {
  get(name: string): Tensor;
  trainable(name: string): boolean;
  lora?(linear: string): Linear["lora"] | undefined;
}

/** The decoder over a source's tensors. `rotateHalf` is made once a model: see rotateHalfMatrix. */
export function bindDecoder(config: ModelConfig, rotateHalf: Tensor, source: TensorSource): Decoder {
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
  const matrix = (name: string) => ({ name, weight: source.get(name), trainable: source.trainable(name) });
  return {
    config,
    shape: { heads: config.heads, epsilon: config.layerNormEpsilon, centred: false, rotateHalf },
    embedding: matrix("gpt_neox.embed_in.weight"),
    blocks: Array.from({ length: config.layers }, (_, layer) => ({
      norm1: affine(`gpt_neox.layers.${layer}.input_layernorm`),
      norm2: affine(`gpt_neox.layers.${layer}.post_attention_layernorm`),
      queryKeyValue: linear(linearName(layer, "query_key_value")),
      dense: linear(linearName(layer, "dense")),
      up: linear(linearName(layer, "dense_h_to_4h")),
      down: linear(linearName(layer, "dense_4h_to_h")),
    })),
    finalNorm: affine("gpt_neox.final_layer_norm"),
    unembedding: matrix("embed_out.weight"),
  };
}

/** A decoder whose weights are constants, with what frees them. */
export interface LoadedDecoder {
  decoder: Decoder;
  dispose(): void;
}

/** Puts host weights on the backend and binds them; the tensors live until disposed of. */
export function loadDecoder(ops: Ops, config: ModelConfig, weights: Weights): LoadedDecoder {
  const tensors = new Map<string, Tensor>();
  for (const [name, { data, shape }] of weights) tensors.set(name, ops.keep(ops.tensor(data, shape)));
  const rotateHalf = ops.keep(rotateHalfMatrix(ops, config.dModel / config.heads, config.rotaryDims));
  const decoder = bindDecoder(config, rotateHalf, {
    get: (name) => tensors.get(name)!,
    trainable: () => false,
  });
  return { decoder, dispose: () => ops.dispose(rotateHalf, ...tensors.values()) };
}
