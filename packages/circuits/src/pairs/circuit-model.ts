/** A model as attribution and evaluation read it: on the backend, LayerNorms folded, heads apart. */
import type { Ops, Tensor } from "@ft/backend";
import { type Decoder, loadFoldedDecoder, type Model, type ModelConfig } from "@ft/model";
import { byHead } from "./heads.ts";

export interface CircuitModel {
  config: ModelConfig;
  decoder: Decoder;
  /** Layer by layer. */
  heads: readonly HeadMatrices[];
  dispose(): void;
}

/** Each head's own part of the attention matrices, laid out for one batched product over heads. */
export interface HeadMatrices {
  /** Reads the normalised residual stream, [3 H, e, d]: head by head its q, k and v, as the columns of qkv. */
  readers: Tensor;
  /** The readers' biases, [3 d]. */
  readerBias: Tensor;
  /** Writes a head's mixed values into the residual stream, [H, e, d]; the output bias belongs to no head. */
  writers: Tensor;
}

/** A model's weights, or the model as it has been loaded for several calls. */
export type ModelOrLoaded = Pick<Model, "config" | "weights"> | CircuitModel;

/** Puts a model on the backend; its tensors live until disposed of. */
export function loadCircuitModel(
  ops: Ops,
  { config, weights }: Pick<Model, "config" | "weights">,
): CircuitModel {
  const { decoder, dispose } = loadFoldedDecoder(ops, config, weights);
  const heads = decoder.blocks.map(({ queryKeyValue, dense }): HeadMatrices => {
    const { dModel } = config;
    const size = dModel / config.heads;
    const made = ops.scope(() => {
      const writers = ops.transpose(ops.reshape(dense.weight, [dModel, config.heads, size]), [1, 2, 0]);
      return { readers: ops.reshape(queryKeyValue.weight, [3 * config.heads, size, dModel]), writers };
    });
    return { ...ops.keep(made), readerBias: queryKeyValue.bias! };
  });
  return {
    config,
    decoder,
    heads,
    dispose() {
      for (const { readers, writers } of heads) ops.dispose(readers, writers);
      dispose();
    },
  };
}

/** Calls `use` with the model loaded; what is loaded here is freed again. */
export function withLoaded<T>(ops: Ops, model: ModelOrLoaded, use: (loaded: CircuitModel) => T): T {
  if ("decoder" in model) return use(model);
  const loaded = loadCircuitModel(ops, model);
  try {
    return use(loaded);
  } finally {
    loaded.dispose();
  }
}

/** What each head adds to the residual stream, [H, rows, d], for mixed values z [rows, d] side by side. */
export function headOutputs(ops: Ops, writers: Tensor, z: Tensor): Tensor {
  return ops.matMul(byHead(ops, z, writers.shape[0]!), writers);
}
