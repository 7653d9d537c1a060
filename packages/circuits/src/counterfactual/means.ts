/**
 * Mean activations over clean prompts. A source writes a linear function of its activation, so the mean output is the
 * output of the mean: heads are averaged before their output matrix, MLPs before their second linear.
 */
import type { Ops, Tensor } from "@ft/backend";
import { addPositions, createTree, embed, runBlocks } from "@ft/model";
import { nodesToEvaluate } from "../pairs/batch-size.ts";
import type { CircuitModel } from "../pairs/circuit-model.ts";
import type { Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree, rowPositions } from "../pairs/pair-tree.ts";

/** The means of a layer, n rows: see {@link MeanActivations}. */
export interface LayerMeans {
  /** Each head's mixed values side by side, [n, d]. */
  z: Tensor;
  /** The MLP's hidden layer after its activation, [n, m]. */
  activated: Tensor;
}

/** The mean activation of every source: one row, or one per position. */
export interface MeanActivations {
  /** The token embedding, [n, d]. */
  input: Tensor;
  layers: readonly LayerMeans[];
}

/**
 * Averages every source over the clean prompts, from one forward pass over each.
 *
 * @param positional false: over all positions of all prompts, which count equally (one row); true: at each position
 * over the prompts that have it (as many rows as the longest prompt has tokens). There is no padding in either.
 * @param share compute shared prefixes once; the means are the same. @default true
 * @param treeBytes that the activations of prompts computed at once may take. @default 256 MiB
 * @returns tensors that belong to the calling scope
 */
export function meanActivations(
  ops: Ops,
  { config, decoder }: CircuitModel,
  pairs: readonly Pair[],
  positional: boolean,
  share = true,
  treeBytes?: number,
): MeanActivations {
  const counts = positionCounts(pairs, positional);
  const clean = pairs.map(({ clean, answer }): Pair => ({ clean, corrupted: clean, answer }));
  const { layers: L, heads, headSize, dModel, dMlp } = config;
  const widths = [
    dModel,
    ...Array(L)
      .fill([heads * headSize, dMlp])
      .flat(),
  ];
  const sums = widths.map((width) => new Float64Array(counts.length * width));
  for (const tree of growTrees(clean, nodesToEvaluate(config, treeBytes), share, false)) {
    ops.scope(() => {
      const weights = rowWeights(ops, tree, counts, positional);
      const average = (t: Tensor) => ops.matMul(weights, t); // [n, c]
      const tokens = ops.tensor(tree.clean, [tree.clean.length]);
      const embedded = embed(ops, decoder, tokens);
      const x = addPositions(ops, decoder, embedded, rowPositions(tree));
      const rows = createTree(ops, config, tree.parents);
      const { visited } = runBlocks(ops, decoder, rows, x, {
        visit: (_, { record }) => [average(record.attention.z), average(record.mlp.down.x)],
      });
      [average(embedded), ...visited.flat()].forEach((part, i) => {
        ops.read(part).forEach((value, at) => {
          sums[i]![at]! += value;
        });
      });
    });
  }
  const [input, ...others] = sums.map((sum, i) =>
    ops.tensor(Float32Array.from(sum), [counts.length, widths[i]!]),
  );
  const layers = Array.from({ length: config.layers }, (_, layer) => ({
    z: others[2 * layer]!,
    activated: others[2 * layer + 1]!,
  }));
  return { input: input!, layers };
}

/** How many activations each mean is over, [n]. */
function positionCounts(pairs: readonly Pair[], positional: boolean): number[] {
  const lengths = pairs.map(({ clean }) => clean.length);
  if (!positional) return [lengths.reduce((sum, length) => sum + length, 0)];
  const longest = Math.max(...lengths);
  return Array.from({ length: longest }, (_, at) => lengths.filter((length) => length > at).length);
}

/** What each row of a tree contributes to each mean, [n, rows]: a row counts once for every prompt that goes through it. */
function rowWeights(ops: Ops, tree: PairTree, counts: readonly number[], positional: boolean): Tensor {
  const { parents, members } = tree;
  const rows = parents.length;
  const through = new Int32Array(rows).fill(1, rows - members.length);
  for (let row = rows - 1; row >= 0; row--) {
    const parent = parents[row]!;
    if (parent >= 0) through[parent]! += through[row]!;
  }
  const positions = rowPositions(tree);
  const weights = new Float32Array(counts.length * rows);
  for (let row = 0; row < rows; row++) {
    const mean = positional ? positions[row]! : 0;
    weights[mean * rows + row] = through[row]! / counts[mean]!;
  }
  return ops.tensor(weights, [counts.length, rows]);
}
