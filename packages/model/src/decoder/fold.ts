/**
 * Folding LayerNorm into its neighbours, which changes no output (up to rounding) and makes attribution cheaper: gain
 * and bias of a block's norms go into the linears that read the normalised rows, and what writes into the residual
 * stream is centred, so that its rows have mean 0 and LayerNorm becomes x / sqrt(mean(x^2) + epsilon). The two large
 * matrices, over the vocabulary, stay as they are: embedded rows are centred as they are read, and the final norm keeps
 * its gain and bias.
 */

import type { Ops, Tensor } from "../backend/ops.ts";
import type { Weights } from "../weights/host-tensor.ts";
import type { ModelConfig } from "../weights/model-config.ts";
import type { Affine } from "./affine.ts";
import { assertWeightsFit } from "./assert-weights-fit.ts";
import { bindDecoder, type LoadedDecoder } from "./bind.ts";
import type { Decoder } from "./decoder.ts";
import type { Linear } from "./linear.ts";

/** Puts host weights on the backend, folded; the tensors live until disposed of. For models without adapters. */
export function loadFoldedDecoder(ops: Ops, config: ModelConfig, weights: Weights): LoadedDecoder {
  assertWeightsFit(ops, weights);
  const kept: Tensor[] = [];
  const decoder = ops.scope(() => {
    const keep = (t: Tensor): Tensor => {
      kept.push(ops.keep(t));
      return t;
    };
    const base = bindDecoder(config, {
      get(name) {
        const { data, shape } = weights.get(name)!;
        return ops.tensor(data, shape);
      },
      trainable: () => false,
    });
    return fold(ops, base, keep);
  });
  return { decoder, dispose: () => ops.dispose(...kept) };
}

/** @param keep called with every tensor of the folded decoder; whatever else was made on the way may be freed */
function fold(ops: Ops, decoder: Decoder, keep: (t: Tensor) => Tensor): Decoder {
  const own = (body: () => Tensor) => keep(ops.scope(body));
  const reader = (linear: Linear, { gain, bias }: Affine): Linear => ({
    name: linear.name,
    weight: own(() => ops.multiply(linear.weight, gain!)),
    bias: own(() => foldedBias(ops, linear.weight, bias!, linear.bias)),
    trainable: false,
  });
  const writer = (linear: Linear): Linear => ({
    name: linear.name,
    weight: own(() => ops.subtract(linear.weight, ops.mean(linear.weight, [0], true))),
    bias: own(() => ops.subtract(linear.bias!, ops.mean(linear.bias!, [0], true))),
    trainable: false,
  });
  const norm = ({ name }: Affine): Affine => ({ name, trainable: false });
  const { config, shape, embedding, unembedding, finalNorm } = decoder;
  return {
    config,
    shape: { ...shape, centred: true },
    embedding: { ...embedding, weight: keep(embedding.weight) },
    blocks: decoder.blocks.map((block) => ({
      norm1: norm(block.norm1),
      norm2: norm(block.norm2),
      queryKeyValue: reader(block.queryKeyValue, block.norm1),
      dense: writer(block.dense),
      up: reader(block.up, block.norm2),
      down: writer(block.down),
    })),
    finalNorm: { ...finalNorm, gain: keep(finalNorm.gain!), bias: keep(finalNorm.bias!) },
    unembedding: { ...unembedding, weight: keep(unembedding.weight) },
  };
}

/** W b_norm + b: what the norm's bias adds to a linear's output. */
function foldedBias(ops: Ops, weight: Tensor, normBias: Tensor, bias: Tensor | undefined): Tensor {
  const added = ops.reshape(ops.matMul(weight, ops.reshape(normBias, [-1, 1])), [-1]);
  return bias ? ops.add(added, bias) : added;
}
