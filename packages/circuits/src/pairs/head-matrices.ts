/** Each head's own part of the attention matrices, laid out for one batched product over heads. */
import type { Decoder, Ops, Tensor } from "@ft/model";

export interface HeadMatrices {
  /** Reads the normalised residual stream, [3 H, e, d]: all q, then all k, then all v. */
  readers: Tensor;
  /** The readers' biases as columns of queries, keys and values, [3 d]: head, then q, k, v. */
  columnBias: Tensor;
  /** Writes a head's mixed values into the residual stream, [H, e, d]; the output bias belongs to no head. */
  writers: Tensor;
}

/** Layer by layer; the caller disposes of readers and writers. */
export function headMatrices(ops: Ops, { config, blocks }: Decoder): HeadMatrices[] {
  const { heads, dModel } = config;
  const size = dModel / heads;
  return blocks.map(({ queryKeyValue, dense }) => {
    const made = ops.scope(() => ({
      readers: ops.reshape(
        ops.transpose(ops.reshape(queryKeyValue.weight, [heads, 3, size, dModel]), [1, 0, 2, 3]),
        [3 * heads, size, dModel],
      ),
      writers: ops.transpose(ops.reshape(dense.weight, [dModel, heads, size]), [1, 2, 0]),
    }));
    return { ...ops.keep(made), columnBias: queryKeyValue.bias! };
  });
}

/** What each head adds to the residual stream, [H, rows, d], for mixed values z [rows, d] side by side. */
export function headOutputs(ops: Ops, writers: Tensor, z: Tensor): Tensor {
  const [heads, size] = writers.shape as [number, number];
  return ops.matMul(ops.transpose(ops.reshape(z, [-1, heads, size]), [1, 0, 2]), writers);
}
