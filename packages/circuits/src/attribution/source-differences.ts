/** The ablated output of every source minus its output on the clean prompt. */
import type { Ops, Tensor } from "@ft/backend";
import {
  type BlockRecord,
  type ModelConfig,
  mlpOnDistinctRows,
  writeDifference,
  writeHeads,
} from "@ft/model";
import type { LayerMeans, MeanActivations } from "../counterfactual/means.ts";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import { type PairTree, rowPositions } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, type EmbeddedPairs, rowsOf } from "../pairs/run-pairs.ts";

export interface SourceDifferences {
  /** The input at every pair of different embeddings, [1, D * d]: elsewhere it is 0. */
  input: Tensor;
  /** Sources before the last layer at every node, [1 + (L - 1)(H + 1), M * d], in the graph's order. */
  everyNode: Tensor;
  /** All sources at the last positions, [1 + L (H + 1), B * d]. */
  leaves: Tensor;
}

/** What takes the place of activations at a tree's nodes if that is the same for all prompts. */
export interface AblatedNodes {
  /** The token embedding, [M, d]. */
  input: Tensor;
  /** Activations of [M, c] by layer; none if outputs are 0. */
  layers: readonly LayerMeans[];
}

/** @param means of the source's activations; absent for zeros */
export function ablatedNodes(
  ops: Ops,
  { dModel }: ModelConfig,
  tree: PairTree,
  means: MeanActivations | undefined,
): AblatedNodes {
  const nodes = tree.clean.length;
  if (!means) return { input: ops.tensor(new Float32Array(nodes * dModel), [nodes, dModel]), layers: [] };
  const positions = rowPositions(tree).subarray(-nodes);
  const spread = (t: Tensor) => {
    const index = t.shape[0] === 1 ? new Int32Array(nodes) : positions;
    return ops.gather(t, ops.tensor(index, [nodes]));
  };
  return {
    input: spread(means.input),
    layers: means.layers.map(({ z, activated }) => ({ z: spread(z), activated: spread(activated) })),
  };
}

/** The last `count` rows. */
function lastRows(ops: Ops, t: Tensor, count: number): Tensor {
  return count === t.shape[0] ? t : ops.slice(t, [t.shape[0]! - count, 0], [-1, -1]);
}

/**
 * A layer's heads and MLP, [H + 1, M, d]; in the last layer, where only the last positions are read, [H + 1, B, d].
 * @param constants what takes the place of activations. @default the corrupted prompts' activations
 */
export function blockDifferences(
  ops: Ops,
  { decoder, heads: matrices }: CircuitModel,
  layer: number,
  { clean, members }: PairTree,
  record: BlockRecord,
  constants?: AblatedNodes,
): Tensor {
  return ops.scope(() => {
    const { repeat, readout } = record.rows;
    const count = readout ? members.length : clean.length;
    const difference = (t: Tensor, of: keyof LayerMeans) => {
      const own = rowsOf(ops, t, CLEAN, count);
      if (!constants) return ops.subtract(rowsOf(ops, t, CORRUPTED, count), own);
      const ablated = constants.layers[layer]?.[of];
      return ablated ? ops.subtract(lastRows(ops, ablated, count), own) : ops.scale(own, -1);
    };
    const heads = writeHeads(ops, matrices[layer]!, difference(record.attention.z, "z")); // [H, M, d]
    const activated = record.mlp.down.x;
    const spread =
      repeat && mlpOnDistinctRows(record)
        ? ops.gather(activated, ops.slice(repeat.index, [0], [2 * count]))
        : activated;
    const { mlp } = decoder.blocks[layer]!;
    const written = writeDifference(ops, mlp, difference(spread, "activated")); // [M, d]
    // Of an MLP whose output is 0 the bias is gone too.
    const { bias } = mlp.down;
    const zeroed = constants && !constants.layers[layer] && bias ? ops.subtract(written, bias) : written;
    return ops.concat([heads, ops.reshape(zeroed, [1, count, -1])], 0);
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
