/**
 * Edge attribution patching, with integrated gradients (EAP-IG, "inputs" variant; Hanna et al. 2024, arXiv
 * 2403.17806):
 *
 *   score(u -> v) = mean over examples of 1/m sum_k sum over positions of
 *     (z_u(corrupted) - z_u(clean)) . dL/dv at the token embedding corrupted + k/m (clean - corrupted)
 *
 * The difference does not depend on k, so gradients are summed over k and contracted with all differences at once.
 */

import type { Ops, Tensor } from "@ft/backend";
import { createGraph, type EdgeScores, type Graph } from "@ft/graph";
import {
  type FinalNorm,
  graphShape,
  mlpNormalized,
  mlpOnDistinctRows,
  normalizeFinalBackward,
  runBlocksBackward,
} from "@ft/model";
import { type Metric, metricNamed } from "../metrics/index.ts";
import { nodesToAttribute } from "../pairs/batch-size.ts";
import { type CircuitModel, type ModelOrLoaded, withLoaded } from "../pairs/circuit-model.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree } from "../pairs/pair-tree.ts";
import { portDestinations } from "../pairs/ports.ts";
import { layOutPairs, rowsOf, runPairs } from "../pairs/run-pairs.ts";
import { type AttributionChoices, resolveChoices } from "./choice.ts";
import { headGradients, rowGradients, sumPoints } from "./destination-gradients.ts";
import { attributionPath, type Path } from "./path.ts";
import { mapNormalized, pathRecord, pathRows } from "./path-record.ts";
import { blockDifferences, sourceDifferences } from "./source-differences.ts";

export interface AttributionOptions extends AttributionChoices {
  /** Compute shared parts of prompts once; the scores are the same. @default true */
  share?: boolean;
  /** Called after each batch with the number of examples done. */
  progress?: (examples: number) => void;
}

/**
 * Scores every edge of the model's graph on the pairs.
 *
 * @returns a score per edge, [edges], in the graph's order
 * @throws UserError if the pairs do not fit the model or the metric
 */
export function attribute(
  ops: Ops,
  model: ModelOrLoaded,
  pairs: readonly Pair[],
  options: AttributionOptions = {},
): EdgeScores {
  const { method, metric: metricName, steps, grid } = resolveChoices(options);
  const metric = metricNamed(metricName);
  checkPairs(pairs, model.config.vocabulary);
  if (metric.needsWrong) checkWrong(pairs, metric.name);
  const path = attributionPath(method, steps, grid, metric.vanishesAtReference);
  const graph = createGraph(graphShape(model.config));
  const scores = new Float64Array(graph.edges);
  if (path.points.length === 0) return scores;

  const weights = exampleWeights(pairs.length, path.weight, options);
  const maximum = nodesToAttribute(model.config, path.points.length);
  withLoaded(ops, model, (loaded) => {
    for (const tree of growTrees(pairs, maximum, options.share ?? true)) {
      ops.scope(() =>
        attributeTree({ ops, model: loaded, metric, path, graph, scores }, pairs, weights, tree),
      );
      options.progress?.(tree.members.length);
    }
  });
  return scores;
}

interface Attribution {
  ops: Ops;
  model: CircuitModel;
  metric: Metric;
  path: Path;
  graph: Graph;
  scores: Float64Array;
}

/** Adds a tree's share to the scores. @param weights of each of all pairs */
function attributeTree(
  attribution: Attribution,
  pairs: readonly Pair[],
  weights: Float32Array,
  tree: PairTree,
): void {
  const { ops, model, graph, path } = attribution;
  const { decoder } = model;
  const points = path.points.length;
  const heads = Array.from({ length: model.config.heads }, (_, head) => head);
  const laidOut = layOutPairs(ops, decoder, tree, path.points);
  const { embedded } = laidOut;
  if (embedded.differing === 0) return; // clean and corrupted are the same
  const rows = pathRows(ops, decoder.config, tree, embedded, points);
  const { run, final } = runPairs(ops, decoder, laidOut, (layer, { record }) => ({
    record: pathRecord(ops, rows, record),
    differences: blockDifferences(ops, model, layer, tree, record),
  }));
  const blocks = run.visited.map(({ differences }) => differences);
  const { everyNode, leaves } = sourceDifferences(ops, tree, embedded, blocks);
  ops.dispose(...blocks);
  const input = ops.reshape(embedded.difference, [1, -1]);
  /** Scores the edges to destinations that read the same sources, the first of `sources`. */
  const contract = (sources: Tensor, gradients: Tensor, destinations: number[]) => {
    const known = ops.slice(sources, [0, 0], [graph.readable[destinations[0]!]!, -1]);
    addScores(attribution, ops.matMul(known, gradients, false, true), destinations);
  };

  const dFinal = finalGradient(attribution, pairs, weights, tree, final);
  contract(leaves, sumPoints(ops, dFinal, points), [graph.logitsDestination]);
  const records = run.visited.map(({ record }) => record);
  runBlocksBackward(ops, decoder, { records }, dFinal, {
    visit(layer, { dQkv, dMlpInput }) {
      const record = records[layer]!;
      // Of the first layer's sources, the input, nodes with the same token twice have no difference.
      const nodes = layer === 0 ? embedded.differing : tree.clean.length;
      const sources = layer === 0 ? input : everyNode;
      const own = (t: Tensor) => ops.slice(t, [0, 0], [points * nodes, -1]);
      const normed = mapNormalized(own, record.normalized);
      const ports = headGradients(
        ops,
        model.heads[layer]!,
        { points, rows: nodes },
        normed,
        own(record.attention.read),
        own(dQkv),
      );
      contract(sources, ports, portDestinations(graph, heads, layer));
      const distinct = mlpOnDistinctRows(record);
      const mlp = distinct
        ? rowGradients(ops, points, normed, own(dMlpInput!))
        : rowGradients(ops, points, mlpNormalized(ops, record), dMlpInput!);
      const mlpSources = record.rows.readout ? leaves : distinct ? sources : everyNode;
      contract(mlpSources, mlp, [graph.mlpDestination(layer)]);
    },
  });
}

/** The weighted loss's gradient at the final residual stream of the path's forward passes, [K * B, d]. */
function finalGradient(
  { ops, model: { decoder }, metric, path }: Attribution,
  pairs: readonly Pair[],
  weights: Float32Array,
  { members }: PairTree,
  { normalized, normed }: FinalNorm,
): Tensor {
  const count = members.length;
  const onPath = (t: Tensor) => ops.slice(t, [2 * count, 0], [-1, -1]);
  const gradient = metric.lossGradient(ops, {
    decoder,
    normed: onPath(normed),
    reference: rowsOf(ops, normed, path.reference, count),
    answers: Int32Array.from(members, (i) => pairs[i]!.answer),
    wrong: Int32Array.from(members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer),
  });
  const rowWeights = Float32Array.from(
    { length: gradient.shape[0]! },
    (_, n) => weights[members[n % count]!]!,
  );
  const weighted = ops.multiply(gradient, ops.tensor(rowWeights, [rowWeights.length, 1]));
  return normalizeFinalBackward(ops, decoder, mapNormalized(onPath, normalized), weighted);
}

/** Adds [sources, n] to the columns of n destinations. */
function addScores(
  { ops, graph, scores }: Attribution,
  added: Tensor,
  destinations: readonly number[],
): void {
  const values = ops.read(added);
  let at = 0;
  for (let source = 0; source < added.shape[0]!; source++) {
    for (const destination of destinations) scores[graph.edge(source, destination)]! += values[at++]!;
  }
}

/** The weight of each example: see {@link AttributionChoices.normalize}. */
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
