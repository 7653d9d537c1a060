/**
 * Folding LayerNorm into its neighbours, which changes no output (up to rounding) and makes attribution cheaper: the
 * gain and bias go into the linears that read the normalised rows, and everything that writes into the residual
 * stream is centred, so that its rows have mean 0 and LayerNorm becomes x / sqrt(mean(x^2) + epsilon).
 */
import type { Ops, Tensor } from "../backend/ops.ts";
import type { LoadedDecoder } from "./bind.ts";
import type { Decoder } from "./decoder.ts";
import type { Linear } from "./linear.ts";
import type { Affine } from "./normalize.ts";

/** A folded copy of a decoder without adapters; it shares no tensor but `rotateHalf` with the original. */
export function foldDecoder(ops: Ops, decoder: Decoder): LoadedDecoder {
  const made: Tensor[] = [];
  const own = (body: () => Tensor): Tensor => {
    const t = ops.keep(ops.scope(body));
    made.push(t);
    return t;
  };
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
  const { embedding, unembedding, finalNorm } = decoder;
  const folded: Decoder = {
    config: decoder.config,
    shape: { ...decoder.shape, centred: true },
    embedding: {
      ...embedding,
      weight: own(() => ops.subtract(embedding.weight, ops.mean(embedding.weight, [1], true))),
    },
    blocks: decoder.blocks.map((block) => ({
      norm1: norm(block.norm1),
      norm2: norm(block.norm2),
      queryKeyValue: reader(block.queryKeyValue, block.norm1),
      dense: writer(block.dense),
      up: reader(block.up, block.norm2),
      down: writer(block.down),
    })),
    finalNorm: norm(finalNorm),
    unembedding: {
      ...unembedding,
      weight: own(() => ops.multiply(unembedding.weight, finalNorm.gain!)),
      bias: own(() => foldedBias(ops, unembedding.weight, finalNorm.bias!, unembedding.bias)),
    },
  };
  return { decoder: folded, dispose: () => ops.dispose(...made) };
}

/** W b_norm + b: what the norm's bias adds to a linear's output. */
function foldedBias(ops: Ops, weight: Tensor, normBias: Tensor, bias: Tensor | undefined): Tensor {
  const added = ops.reshape(ops.matMul(weight, ops.reshape(normBias, [-1, 1])), [-1]);
  return bias ? ops.add(added, bias) : added;
}
