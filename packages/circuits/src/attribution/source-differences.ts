/** What every source writes on the corrupted prompt minus what it writes on the clean one. */
import type { Decoder, Ops, Tensor } from "@ft/model";
import { type HeadMatrices, headOutputs } from "../pairs/head-matrices.ts";
import type { PairBatch } from "../pairs/pair-batch.ts";
import { CLEAN, CORRUPTED, type PairRun, type PickVariant, runPairs } from "../pairs/run-pairs.ts";

export interface SourceDifferences {
  run: PairRun;
  /** Sources before the last layer at every row, [1 + (L - 1)(H + 1), B * S * d], in the graph's order. */
  everyRow: Tensor;
  /** All sources at the last position, [1 + L (H + 1), B * d]. */
  lastRow: Tensor;
}

/** Runs both prompts of a batch once. Of the last layer only the last position is ever read. */
export function sourceDifferences(
  ops: Ops,
  decoder: Decoder,
  matrices: readonly HeadMatrices[],
  batch: PairBatch,
): SourceDifferences {
  const { layers, dModel } = decoder.config;
  const difference = (rows: Tensor, pick: PickVariant) =>
    ops.subtract(pick(rows, CORRUPTED), pick(rows, CLEAN));
  const run = runPairs(ops, decoder, batch, (layer, { z, linears }, _x, pick) => {
    const heads = headOutputs(ops, matrices[layer]!, difference(z, pick)); // [H, rows, d]
    const activated = difference(linears.down.x, pick); // [rows, m]
    const mlp = ops.matMul(activated, decoder.blocks[layer]!.down.weight, false, true); // [rows, d]
    return ops.concat([heads, ops.reshape(mlp, [1, -1, dModel])], 0); // [H + 1, rows, d]
  });
  const blocks = run.visited;
  return ops.scope(() => {
    const [clean, corrupted] = run.embeddings;
    const input = ops.reshape(ops.subtract(corrupted, clean), [1, -1, dModel]);
    const early = ops.concat([input, ...blocks.slice(0, layers - 1)], 0); // [sources, B * S, d]
    const { members, variantLength } = batch;
    const sources = early.shape[0]!;
    const grid = ops.reshape(early, [sources, members.length, variantLength, dModel]);
    const last = ops.reshape(ops.slice(grid, [0, 0, variantLength - 1, 0], [-1, -1, 1, -1]), [
      sources,
      members.length,
      dModel,
    ]);
    const lastRow = ops.concat([last, blocks[layers - 1]!], 0);
    return {
      run,
      everyRow: ops.reshape(early, [sources, -1]),
      lastRow: ops.reshape(lastRow, [lastRow.shape[0]!, -1]),
    };
  });
}
