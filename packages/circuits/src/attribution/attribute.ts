/** Scores of edges and nodes by every method: a field of gradients times differences, or patching (see methods/method.ts). */

import type { Ops, Tensor } from "@ft/backend";
import { createGraph, type EdgeScores, type Graph } from "@ft/graph";
import { type FinalNorm, graphShape, normalizeFinalBackward, runBlocksBackward, unembed } from "@ft/model";
import { meanActivations } from "../counterfactual/means.ts";
import { type Metric, metricNamed } from "../metrics/index.ts";
import { atEveryPoint } from "../metrics/logits-gradient.ts";
import { nodesToAttribute } from "../pairs/batch-size.ts";
import { type CircuitModel, type ModelOrLoaded, withLoaded } from "../pairs/circuit-model.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree } from "../pairs/pair-tree.ts";
import { scoreAlongActivations } from "./along-activations.ts";
import { type AttributionChoices, fieldOf, hasField, resolveChoices } from "./choice.ts";
import { EdgeContraction } from "./edge-contraction.ts";
import { type Field, methodNamed, type Reference } from "./methods/index.ts";
import { patchEdges } from "./patch-edges.ts";
import { ablatedNodes } from "./source-differences.ts";
import { runTree, type TreePass } from "./tree-pass.ts";

export interface AttributionOptions extends AttributionChoices {
  /** Compute shared parts of prompts once; the scores are the same. @default true */
  share?: boolean;
  /** The pairs over whose clean prompts means are taken. @default those scored */
  background?: readonly Pair[];
  /** Called with the amount of {@link attributionWork} done since the last call. */
  progress?: (done: number) => void;
}

export interface Scores {
  /** Of every edge, in the graph's order. */
  edges: EdgeScores;
  /**
   * Of every node except the logits, in the graph's order: the difference of its output times the gradient there, which is the
   * sum over the destinations that read it, so the sum of its edges' scores. With exact patching the effect of ablating
   * the node as a whole, which that sum only estimates.
   */
  nodes: Float64Array;
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
  const copies = field ? Math.max(field.embeddings.length, field.activations.length) : model.config.heads; // of the nodes in one pass
  if (copies === 0) return scores;

  const weights = exampleWeights(pairs.length, field ? field.weight : 1, options);
  const maximum = nodesToAttribute(model.config, copies);
  const work = attributionWork(graph, options);
  const { share = true, background = pairs } = options;
  const patching = ablation === "patching";
  withLoaded(ops, model, (loaded) =>
    ops.scope(() => {
      const means = ablation.startsWith("mean")
        ? meanActivations(ops, loaded, background, ablation === "mean-positional", share)
        : undefined;
      const attribution = { ops, model: loaded, metric, reference, graph, scores, pairs, weights };
      for (const tree of growTrees(pairs, maximum, share, patching && share)) {
        ops.scope(() => {
          const constants = patching ? undefined : ablatedNodes(ops, loaded.config, tree, means);
          const run = (points: readonly number[], keepClean: boolean) =>
            runTree(ops, loaded, tree, points, keepClean, constants);
          if (field) scoreByField(attribution, run, field);
          else patchTree(attribution, run([], true), maximum);
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
  const { layers, heads, edges, sources } = graph;
  let passes = 0;
  graph.readable.forEach((count, destination) => {
    passes += count * Math.max(0, 1 - Math.floor(destination / (3 * heads + 1)) / layers);
  });
  const about = Number(passes.toPrecision(2));
  return `${method} patches ${edges} edges and ${sources} nodes one by one: about ${about} forward passes`;
}

/** What all trees of pairs have in common. */
interface Attribution {
  ops: Ops;
  model: CircuitModel;
  metric: Metric;
  reference: Reference;
  graph: Graph;
  scores: Scores;
  pairs: readonly Pair[];
  /** Of each pair. */
  weights: Float32Array;
}

/** Adds a tree's share to the scores. @param run a pass over the tree: see {@link runTree} */
function scoreByField(
  attribution: Attribution,
  run: (points: readonly number[], keepClean: boolean) => TreePass,
  { embeddings, activations }: Field,
): void {
  const { ops, model, graph, scores } = attribution;
  const contractionOf = ({ differences }: TreePass) =>
    new EdgeContraction(ops, model, graph, differences, scores.edges);
  if (embeddings.length > 0) {
    ops.scope(() => {
      const pass = run(embeddings, false);
      if (!pass.differs) return;
      const { points, records, final } = pass.path;
      const contraction = contractionOf(pass);
      const dFinal = finalGradient(attribution, pass, final);
      contraction.logits(dFinal, points);
      runBlocksBackward(ops, model.decoder, { records }, dFinal, {
        visit: (layer, gradients) => contraction.block(layer, records[layer]!, gradients, points),
      });
    });
  }
  if (activations.length > 0) {
    ops.scope(() => {
      const pass = run([1], true);
      if (!pass.differs) return;
      scoreAlongActivations(ops, model, pass, activations, contractionOf(pass), ({ final }) =>
        finalGradient(attribution, pass, final),
      );
    });
  }
}

/** The weighted loss's gradient at the final residual stream of K points, [K * B, d]. */
function finalGradient(
  { ops, model: { decoder }, metric, reference, pairs, weights }: Attribution,
  { tree: { members }, normed }: TreePass,
  final: FinalNorm,
): Tensor {
  const gradient = metric.lossGradient(ops, {
    decoder,
    normed: final.normed,
    reference: normed[reference],
    ...answersOf(pairs, members),
  });
  const rowWeights = Float32Array.from(
    { length: gradient.shape[0]! },
    (_, n) => weights[members[n % members.length]!]!,
  );
  const weighted = ops.multiply(gradient, ops.tensor(rowWeights, [rowWeights.length, 1]));
  return normalizeFinalBackward(ops, decoder, final.normalized, weighted);
}

/** Adds the effects of patching on a tree's members to the scores. @param rows computed at once */
function patchTree(attribution: Attribution, pass: TreePass, nodes: number): void {
  const { ops, model, graph, scores, weights } = attribution;
  const { tree } = pass;
  if (!pass.differs) return;
  const target = attribution.metric.reference(
    ops,
    unembed(ops, model.decoder, pass.normed[attribution.reference]),
  );
  const unpatched = lossesOf(attribution, tree, target, pass.normed.clean);
  /** For each of K copies the weighted change of the loss, from [K * B, d]. */
  const change = (normed: Tensor) => {
    const losses = lossesOf(attribution, tree, target, normed);
    const { members } = tree;
    return Float64Array.from({ length: losses.length / members.length }, (_, copy) =>
      members.reduce(
        (sum, member, n) => sum + weights[member]! * (losses[copy * members.length + n]! - unpatched[n]!),
        0,
      ),
    );
  };
  patchEdges({
    ...{ ops, model, graph, pass, change },
    rows: Math.max(nodes, tree.clean.length) * model.config.heads,
    edge: (edge, value) => {
      scores.edges[edge]! += value;
    },
    node: (source, value) => {
      scores.nodes[source]! += value;
    },
  });
}

/** Logits computed at once, which bounds their memory to 32 MiB. */
const LOGITS = 2 ** 23;

/** The loss of a tree's members in each of K copies, [K * B]. @param normed the unembedding's input, [K * B, d] */
function lossesOf(
  { ops, model: { decoder, config }, metric, pairs }: Attribution,
  { members }: PairTree,
  target: readonly Tensor[],
  normed: Tensor,
): Float64Array {
  const count = members.length;
  const copies = normed.shape[0]! / count;
  const { answers, wrong } = answersOf(pairs, members);
  const most = Math.max(1, Math.floor(LOGITS / (count * config.vocabulary)));
  const losses = new Float64Array(copies * count);
  for (let first = 0; first < copies; first += most) {
    const own = Math.min(most, copies - first);
    const tiled = (tokens: Int32Array) =>
      Int32Array.from({ length: own * count }, (_, n) => tokens[n % count]!);
    ops.scope(() => {
      const logits = unembed(ops, decoder, ops.slice(normed, [first * count, 0], [own * count, -1]));
      const values = metric.value(ops, logits, {
        reference: target.map((t) =>
          ops.reshape(atEveryPoint(ops, t, own), [own * count, ...t.shape.slice(1)]),
        ),
        answers: tiled(answers),
        wrong: tiled(wrong),
      });
      losses.set(
        Float64Array.from(ops.read(values), (value) => metric.lossSign * value),
        first * count,
      );
    });
  }
  return losses;
}

function answersOf(pairs: readonly Pair[], members: readonly number[]) {
  return {
    answers: Int32Array.from(members, (i) => pairs[i]!.answer),
    wrong: Int32Array.from(members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer),
  };
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
