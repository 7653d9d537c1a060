/** The runs along the path from the corrupted to the clean prompt, stacked into one. */
import {
  createLayout,
  type Decoder,
  type Layout,
  normalizeFinal,
  normalizeFinalBackward,
  type Ops,
  type Run,
  runBlocks,
  type Tensor,
} from "@ft/model";
import type { Metric } from "../metrics/metric.ts";
import type { Pair } from "../pairs/pair.ts";
import { CLEAN, CORRUPTED, type PairRun } from "../pairs/run-pairs.ts";
import type { PathRows } from "./destination-gradients.ts";
import type { Path } from "./path.ts";

export interface PathSetup {
  ops: Ops;
  decoder: Decoder;
  metric: Metric;
  path: Path;
}

export interface PathRun {
  run: Run;
  layout: Layout;
  /** The weighted loss's gradient at the final residual stream, [B * K, d]. */
  dFinal: Tensor;
}

/**
 * Runs all points of all pairs of a batch, rows laid out [B, K, S], up to the gradient from which the backward pass starts.
 *
 * @param pairs all pairs, of which the batch names some
 * @param weights what each of all pairs counts
 */
export function runPath(
  { ops, decoder, metric, path }: PathSetup,
  pairs: readonly Pair[],
  weights: Float32Array,
  { batch, past, start, embeddings, final }: PairRun,
  rows: PathRows,
): PathRun {
  const sequences = rows.pairs * rows.points;
  const layout = createLayout(ops, decoder.config, [{ sequences, length: rows.length }], start);
  const lastRows = Int32Array.from({ length: sequences }, (_, n) => (n + 1) * rows.length - 1);
  const run = runBlocks(ops, decoder, layout, interpolate(ops, embeddings, path.points, rows), {
    past,
    readout: ops.tensor(lastRows, [sequences]),
    record: true,
  });
  const { normalized, normed } = normalizeFinal(ops, decoder, run.x);
  const gradient = metric.lossGradient(ops, {
    decoder,
    normed,
    reference: final[path.reference],
    answers: Int32Array.from(batch.members, (i) => pairs[i]!.answer),
    wrong: Int32Array.from(batch.members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer),
  });
  const rowWeights = Float32Array.from(
    { length: sequences },
    (_, n) => weights[batch.members[Math.trunc(n / rows.points)]!]!,
  );
  const weighted = ops.multiply(gradient, ops.tensor(rowWeights, [sequences, 1]));
  return { run, layout, dFinal: normalizeFinalBackward(ops, decoder, normalized, weighted) };
}

/** corrupted + point (clean - corrupted) for every point, [B * K * S, d]. */
function interpolate(
  ops: Ops,
  embeddings: readonly [clean: Tensor, corrupted: Tensor],
  points: readonly number[],
  { pairs, length }: PathRows,
): Tensor {
  const width = embeddings[CLEAN].shape[1]!;
  const grid = (t: Tensor) => ops.reshape(t, [pairs, 1, length, width]);
  const clean = grid(embeddings[CLEAN]);
  const corrupted = grid(embeddings[CORRUPTED]);
  const fractions = ops.tensor(Float32Array.from(points), [1, points.length, 1, 1]);
  const x = ops.add(corrupted, ops.multiply(fractions, ops.subtract(clean, corrupted)));
  return ops.reshape(x, [pairs * points.length * length, width]);
}
