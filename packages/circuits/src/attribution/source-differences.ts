/** The output of every source on the corrupted prompt minus that on the clean one. */
import type { Ops, Tensor } from "@ft/backend";
import { type BlockRecord, mlpOnDistinctRows, writeDifference, writeHeads } from "@ft/model";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { PairTree } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, type EmbeddedPairs, rowsOf } from "../pairs/run-pairs.ts";

export interface SourceDifferences {
  /** The input at every pair of different tokens, [1, D * d]: elsewhere it is 0. */
  input: Tensor;
  /** Sources before the last layer at every node, [1 + (L - 1)(H + 1), M * d], in the graph's order. */
  everyNode: Tensor;
  /** All sources at the last positions, [1 + L (H + 1), B * d]. */
  leaves: Tensor;
}

/** A layer's heads and MLP, [H + 1, M, d]; in the last layer, where only the last positions are read, [H + 1, B, d]. */
export function blockDifferences(
  ops: Ops,
  { decoder, heads: matrices }: CircuitModel,
  layer: number,
  { clean, members }: PairTree,
  record: BlockRecord,
): Tensor {
  return ops.scope(() => {
    const { repeat, readout } = record.rows;
    const count = readout ? members.length : clean.length;
    const difference = (t: Tensor) =>
      ops.subtract(rowsOf(ops, t, CORRUPTED, count), rowsOf(ops, t, CLEAN, count));
    const heads = writeHeads(ops, matrices[layer]!, difference(record.attention.z)); // [H, M, d]
    const activated = record.mlp.down.x;
    const spread =
      repeat && mlpOnDistinctRows(record)
        ? ops.gather(activated, ops.slice(repeat.index, [0], [2 * count]))
        : activated;
    const mlp = writeDifference(ops, decoder.blocks[layer]!.mlp, difference(spread)); // [M, d]
    return ops.concat([heads, ops.reshape(mlp, [1, count, -1])], 0);
  });
}

/** @param blocks see {@link blockDifferences} */
export function sourceDifferences(
  ops: Ops,
  { members, clean }: PairTree,
  { difference, nodeDifference }: EmbeddedPairs,
  blocks: readonly Tensor[],
): SourceDifferences {
  return ops.scope(() => {
    const [nodes, width] = nodeDifference.shape as [number, number];
    const input = ops.reshape(nodeDifference, [1, nodes, width]);
    const early = ops.concat([input, ...blocks.slice(0, -1)], 0); // [sources, M, d]
    const last = ops.slice(early, [0, clean.length - members.length, 0], [-1, -1, -1]);
    const all = ops.concat([last, blocks.at(-1)!], 0);
    return {
      input: ops.reshape(difference, [1, -1]),
      everyNode: ops.reshape(early, [early.shape[0]!, -1]),
      leaves: ops.reshape(all, [all.shape[0]!, -1]),
    };
  });
}
