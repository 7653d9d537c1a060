/** Scores of edges and nodes by every method: a field of gradients times differences, or patching (see methods/method.ts). */

import type { Ops } from "@ft/backend";
import { createGraph, type EdgeScores, type Graph } from "@ft/graph";
import { graphShape, type ModelConfig } from "@ft/model";
import { meanActivations } from "../counterfactual/means.ts";
import { metricNamed } from "../metrics/index.ts";
import { nodesToAttribute } from "../pairs/batch-size.ts";
import { type ModelOrLoaded, withLoaded } from "../pairs/circuit-model.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree } from "../pairs/pair-tree.ts";
import { scoreByField } from "./by-field.ts";
import { scoreByPatching } from "./by-patching.ts";
import { type AttributionChoices, fieldOf, hasField, resolveChoices } from "./choice.ts";
import { type Field, methodNamed } from "./methods/index.ts";
import type { Scores } from "./scores.ts";
import { ablatedNodes } from "./source-differences.ts";
import { runTree } from "./tree-pass.ts";

export interface AttributionOptions extends AttributionChoices {
  /** Compute shared parts of prompts once; the scores are the same. @default true */
  share?: boolean;
  /** The pairs over whose clean prompts means are taken. @default those scored */
  background?: readonly Pair[];
  /** Bytes that the activations of prompts computed at once may take; scores depend on it only through rounding. @default 128 MiB */
  treeBytes?: number | undefined;
  /** Called with the amount of {@link attributionWork} done since the last call. */
  progress?: (done: number) => void;
}

/** {@link scoreGraph}, edges only. */
export function attribute(
  ops: Ops,
  model: ModelOrLoaded,
  pairs: readonly Pair[],
  options: AttributionOptions = {},
): EdgeScores {
  return scoreGraph(ops, model, pairs, options).edges;
}

/**
 * Scores every edge and node of the model's graph on the pairs. A positive score means that ablating it makes the output worse.
 *
 * @throws UserError if the pairs do not fit the model or the metric
 */
export function scoreGraph(
  ops: Ops,
  model: ModelOrLoaded,
  pairs: readonly Pair[],
  options: AttributionOptions = {},
): Scores {
  const { method: name, metric: metricName, reference, ablation } = resolveChoices(options);
  const [method, metric] = [methodNamed(name), metricNamed(metricName)];
  checkPairs(pairs, model.config.vocabulary);
  if (metric.needsWrong) checkWrong(pairs, metric.name);
  const graph = createGraph(graphShape(model.config));
  const scores = { edges: new Float64Array(graph.edges), nodes: new Float64Array(graph.sources) };
  const field = hasField(method) && fieldOf(method, { ...options, layers: graph.layers });
  if (field && copiesOf(field) === 0) return scores;

  const weights = exampleWeights(pairs.length, field ? field.weight : 1, options);
  const { trees, maximum } = attributionTrees(model.config, pairs, options);
  const work = attributionWork(graph, options);
  const { share = true, background = pairs } = options;
  const patching = ablation === "patching";
  withLoaded(ops, model, (loaded) =>
    ops.scope(() => {
      const means = ablation.startsWith("mean")
        ? meanActivations(ops, loaded, background, ablation === "mean-positional", share, options.treeBytes)
        : undefined;
      const attribution = { ops, model: loaded, metric, reference, graph, scores, pairs, weights };
      for (const tree of trees) {
        ops.scope(() => {
          const constants = patching ? undefined : ablatedNodes(ops, loaded.config, tree, means);
          const run = (points: readonly number[], keepClean: boolean) =>
            runTree(ops, loaded, tree, points, keepClean, constants);
          if (field) scoreByField(attribution, run, field);
          else scoreByPatching(attribution, run([], true), maximum);
        });
        options.progress?.(tree.members.length * work);
      }
    }),
  );
  if (field)
    scores.edges.forEach((score, edge) => {
      scores.nodes[graph.sourceOf[edge]!]! += score;
    });
  return scores;
}

/**
 * The prompts that are computed at once, tree by tree.
 * @returns the trees, and the rows that each may have
 */
export function attributionTrees(
  config: ModelConfig,
  pairs: readonly Pair[],
  options: AttributionOptions,
): { trees: PairTree[]; maximum: number } {
  const { method: name, ablation } = resolveChoices(options);
  const method = methodNamed(name);
  const copies = hasField(method)
    ? copiesOf(fieldOf(method, { ...options, layers: config.layers }))
    : config.heads;
  const maximum = nodesToAttribute(config, copies, options.treeBytes);
  const { share = true } = options;
  return { trees: growTrees(pairs, maximum, share, ablation === "patching" && share), maximum };
}

/** Copies of a tree's nodes in one pass. */
function copiesOf({ embeddings, activations }: Field): number {
  return Math.max(embeddings.length, activations.length);
}

/** The number of units that progress counts per example: what is patched one by one, or 1. */
export function attributionWork(graph: Graph, choices: AttributionChoices): number {
  return hasField(methodNamed(resolveChoices(choices).method)) ? 1 : graph.edges + graph.sources;
}

/**
 * What patching costs, for people, to be shown before it starts: "exact patches 6573 edges and 73 nodes one by one, about 2400
 * passes". A patch computes the layers from the edge's end on. Undefined for other methods.
 */
export function attributionCost(graph: Graph, choices: AttributionChoices): string | undefined {
  const { method } = resolveChoices(choices);
  if (hasField(methodNamed(method))) return undefined;
  const { edges, sources } = graph;
  const about = Number(patchingPasses(graph).toPrecision(2));
  return `${method} patches ${edges} edges and ${sources} nodes one by one: about ${about} forward passes`;
}

/** How many passes over the whole model patching every edge is worth, for each example. */
export function patchingPasses({ layers, heads, readable }: Graph): number {
  let passes = 0;
  readable.forEach((count, destination) => {
    passes += count * Math.max(0, 1 - Math.floor(destination / (3 * heads + 1)) / layers);
  });
  return passes;
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
