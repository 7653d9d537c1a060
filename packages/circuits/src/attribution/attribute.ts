/**
 * Edge attribution patching, with integrated gradients (EAP-IG, "inputs" variant; Hanna et al. 2024, arXiv
 * 2403.17806):
 *
 *   score(u -> v) = mean over examples of 1/m sum_k sum over positions of
 *     (z_u(corrupted) - z_u(clean)) . dL/dv at the token embedding corrupted + k/m (clean - corrupted)
 *
 * The difference does not depend on k, so gradients are summed over k and contracted with all differences at once.
 */
import { createGraph, type EdgeScores, type Graph } from "@ft/artifacts";
import { loadFoldedDecoder, type Model, type Ops, runBlocksBackward, type Tensor } from "@ft/model";
import { type MetricName, metrics } from "../metrics/metric.ts";
import { pairsToAttribute } from "../pairs/batch-size.ts";
import { type HeadMatrices, headMatrices } from "../pairs/head-matrices.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { batchPairs, type PairBatch } from "../pairs/pair-batch.ts";
import { headGradients, type PathRows, rowGradients, sumPoints } from "./destination-gradients.ts";
import { type AttributionMethod, attributionPath, type Grid } from "./path.ts";
import { type PathSetup, runPath } from "./run-path.ts";
import { sourceDifferences } from "./source-differences.ts";

export interface AttributionOptions {
  /** @default "eap-ig" */
  method?: AttributionMethod;
  /** Points m of the path. @default 5 */
  steps?: number;
  /** @default "paper" */
  grid?: Grid;
  /** @default "kl" */
  metric?: MetricName;
  /**
   * mean: the plain mean over examples. library: as the EAP-IG library, which divides by the number of examples twice
   * (within the batch and overall), so that scores shrink with `libraryBatch`. @default "mean"
   */
  normalize?: "mean" | "library";
  /** Examples a batch of the library, for its normalisation alone; the last may be short. @default all of them */
  libraryBatch?: number;
  /** Share what prompts have in common; the scores are the same. @default true */
  share?: boolean;
  /** Called after each batch with the number of examples done. */
  progress?: (examples: number) => void;
}

/**
 * Scores every edge of the model's graph on the pairs.
 *
 * @returns [sources * destinations], source-major as Graph numbers edges; entries of edges that do not exist are 0
 * @throws UserError where the pairs do not fit the model or the metric
 */
export function attribute(
  ops: Ops,
  model: Pick<Model, "config" | "weights">,
  pairs: readonly Pair[],
  options: AttributionOptions = {},
): EdgeScores {
  const { method = "eap-ig", steps = 5, grid = "paper", share = true } = options;
  const metric = metrics[options.metric ?? "kl"];
  checkPairs(pairs, model.config.vocabulary);
  if (metric.needsWrong) checkWrong(pairs);
  const path = attributionPath(method, steps, grid, metric.vanishesAtReference);
  const graph = createGraph(model.config);
  const scores = new Float64Array(graph.sources * graph.destinations);
  if (path.points.length === 0) return scores;

  const { decoder, dispose } = loadFoldedDecoder(ops, model.config, model.weights);
  const matrices = headMatrices(ops, decoder);
  const weights = exampleWeights(pairs.length, path.weight, options);
  const maximum = (length: number) => pairsToAttribute(model.config, length, path.points.length);
  for (const batch of batchPairs(pairs, maximum, share)) {
    ops.scope(() =>
      attributeBatch({ ops, decoder, matrices, metric, path, graph, scores }, pairs, weights, batch),
    );
    options.progress?.(batch.members.length);
  }
  for (const { readers, readerBias, writers } of matrices) ops.dispose(readers, readerBias, writers);
  dispose();
  return scores;
}

interface Attribution extends PathSetup {
  matrices: readonly HeadMatrices[];
  graph: Graph;
  scores: Float64Array;
}

/** Adds a batch's share to the scores. */
function attributeBatch(
  attribution: Attribution,
  pairs: readonly Pair[],
  weights: Float32Array,
  batch: PairBatch,
): void {
  const { ops, decoder, matrices, graph } = attribution;
  const differences = sourceDifferences(ops, decoder, matrices, batch);
  const rows: PathRows = {
    pairs: batch.members.length,
    points: attribution.path.points.length,
    length: batch.variantLength,
  };
  const { run, layout, dFinal } = runPath(attribution, pairs, weights, differences.run, rows);
  const contract = (layer: number, sources: Tensor, gradients: Tensor, firstDestination: number) => {
    const known = ops.slice(sources, [0, 0], [graph.headSource(layer, 0), -1]);
    addScores(attribution, ops.matMul(known, gradients, false, true), firstDestination);
  };

  const { layers } = decoder.config;
  const dLogits = sumPoints(ops, dFinal, rows.pairs, rows.points, 1);
  contract(layers, differences.lastRow, dLogits, graph.logitsDestination);
  runBlocksBackward(ops, decoder, layout, run, dFinal, {
    visit(layer, block) {
      const record = run.records[layer]!;
      const heads = headGradients(ops, matrices[layer]!, rows, record, block);
      contract(layer, differences.everyRow, heads, graph.headDestination(layer, 0, "q"));
      const last = layer === layers - 1;
      const mlp = rowGradients(
        ops,
        rows,
        last ? 1 : rows.length,
        last ? lastRowOf(ops, record.normalized, rows) : record.normalized,
        block.dMlpInput!,
      );
      contract(layer, last ? differences.lastRow : differences.everyRow, mlp, graph.mlpDestination(layer));
    },
  });
}

/** The normalised rows of the last position alone, [B * K, d]. */
function lastRowOf(
  ops: Ops,
  { xhat, rstd }: { xhat: Tensor; rstd: Tensor },
  { pairs, points, length }: PathRows,
): { xhat: Tensor; rstd: Tensor } {
  const last = (t: Tensor) =>
    ops.reshape(ops.slice(ops.reshape(t, [pairs * points, length, -1]), [0, length - 1, 0], [-1, 1, -1]), [
      pairs * points,
      -1,
    ]);
  return { xhat: last(xhat), rstd: last(rstd) };
}

/** Adds [sources, n] to the columns of n destinations. */
function addScores({ ops, graph, scores }: Attribution, added: Tensor, firstDestination: number): void {
  const [sources, columns] = added.shape as [number, number];
  const values = ops.read(added);
  for (let source = 0; source < sources; source++) {
    const edge = graph.edge(source, firstDestination);
    for (let i = 0; i < columns; i++) scores[edge + i]! += values[source * columns + i]!;
  }
}

/** What each example counts: see {@link AttributionOptions.normalize}. */
function exampleWeights(
  examples: number,
  pointWeight: number,
  { normalize = "mean", libraryBatch = examples }: AttributionOptions,
): Float32Array {
  return Float32Array.from({ length: examples }, (_, i) => {
    if (normalize === "mean") return pointWeight / examples;
    const first = i - (i % libraryBatch);
    return pointWeight / (Math.min(libraryBatch, examples - first) * examples);
  });
}
