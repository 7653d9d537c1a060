/** The clean and the corrupted run of a batch of pairs, in one pass. */
import {
  type BlockRecord,
  type Context,
  createLayout,
  type Decoder,
  embed,
  normalizeFinal,
  type Ops,
  runBlocks,
  type Segment,
  type Tensor,
} from "@ft/model";
import type { PairBatch } from "./pair-batch.ts";

/** Which of a pair's two prompts. */
export const CLEAN = 0;
export const CORRUPTED = 1;
export type Variant = typeof CLEAN | typeof CORRUPTED;

/** B pairs, S rows each beyond what clean and corrupted share. */
export interface PairRun<Visited = unknown> {
  batch: PairBatch;
  /** Contexts of the shared tokens, layer by layer, for further runs of the same pairs. */
  past: Context[][];
  /** Position of the first of the S rows. */
  start: number;
  /** Token embeddings [B * S, d] by variant. */
  embeddings: [clean: Tensor, corrupted: Tensor];
  /** Final residual rows, normalised, at the last position [B, d] by variant. */
  final: [clean: Tensor, corrupted: Tensor];
  /** The residual stream before the final LayerNorm at the last position [B, d] by variant. */
  residual: [clean: Tensor, corrupted: Tensor];
  /** What `visit` returned, layer by layer. */
  visited: Visited[];
}

/** Picks one variant's rows [B * S, c] (or [B, c] in the last block, which goes on with the last position alone). */
export type PickVariant = (rows: Tensor, variant: Variant) => Tensor;

/**
 * @param visit called after each block with its record and the rows that went in; what it returns stays
 */
export function runPairs<Visited>(
  ops: Ops,
  decoder: Decoder,
  batch: PairBatch,
  visit: (layer: number, record: BlockRecord, x: Tensor, pick: PickVariant) => Visited,
): PairRun<Visited> {
  const { members, prefix, shared, sharedLength, variants, variantLength } = batch;
  const pairs = members.length;
  const segments: Segment[] = [{ sequences: 2 * pairs, length: variantLength }];
  if (sharedLength > 0) segments.unshift({ sequences: pairs, length: sharedLength });
  if (prefix.length > 0) segments.unshift({ sequences: 1, length: prefix.length });

  const layout = createLayout(ops, decoder.config, segments);
  const offset = prefix.length + pairs * sharedLength; // of the variants' first row
  const tokens = Int32Array.from([...prefix, ...shared, ...variants]);
  const x = embed(ops, decoder, ops.tensor(tokens, [layout.rows]));
  const lastRows = Int32Array.from({ length: 2 * pairs }, (_, n) => offset + (n + 1) * variantLength - 1);

  const pick: PickVariant = (rows, variant) => {
    const allRows = rows.shape[0] === layout.rows;
    const length = allRows ? variantLength : 1;
    const width = rows.shape[1]!;
    const own = ops.reshape(ops.slice(rows, [allRows ? offset : 0, 0], [-1, -1]), [pairs, 2, length * width]);
    return ops.reshape(ops.slice(own, [0, variant, 0], [-1, 1, -1]), [pairs * length, width]);
  };
  const run = runBlocks(ops, decoder, layout, x, {
    readout: ops.tensor(lastRows, [lastRows.length]),
    visit: (layer, record, input) => visit(layer, record, input, pick),
  });
  const final = normalizeFinal(ops, decoder, run.x).normed;
  const both = (t: Tensor): [Tensor, Tensor] => [pick(t, CLEAN), pick(t, CORRUPTED)];
  return {
    batch,
    past: run.contexts.map((contexts) => contexts.slice(0, -1)),
    start: prefix.length + sharedLength,
    embeddings: both(x),
    final: both(final),
    residual: both(run.x),
    visited: run.visited,
  };
}
