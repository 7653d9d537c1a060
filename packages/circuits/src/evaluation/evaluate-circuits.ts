/** How well circuits do what the whole model does, example by example. */

import type { Ops, Tensor } from "@ft/backend";
import { type CircuitReads, circuitReads, createGraph, type EdgeSet, type Graph } from "@ft/graph";
import { graphShape, unembed } from "@ft/model";
import { type Metric, type MetricName, metrics } from "../metrics/metric.ts";
import { nodesToEvaluate } from "../pairs/batch-size.ts";
import { type CircuitModel, type ModelOrLoaded, withLoaded } from "../pairs/circuit-model.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, rowsOf } from "../pairs/run-pairs.ts";
import { corruptedState } from "./corrupted-state.ts";
import { runCircuit } from "./run-circuit.ts";

/** One run over all examples, in the order of the pairs. */
export interface Evaluation {
  /** The metric of each example. A divergence is measured from the corrupted run (the paper's code). */
  metric: Float64Array;
  /** 1 where the answer is the most likely token. */
  exactMatch: Uint8Array;
  /** Last-position logits, [examples * vocabulary], where asked for. */
  logits?: Float32Array;
}

export interface Evaluations {
  /** The whole model on the clean prompts, the same as a circuit of all edges. */
  model: Evaluation;
  /** The whole model on the corrupted prompts, the same as a circuit of none; its answers are those of the clean prompts. */
  corrupted: Evaluation;
  /** One a circuit, in the order given. */
  circuits: Evaluation[];
}

export interface EvaluationOptions {
  /** @default "kl" */
  metric?: MetricName;
  /** Keeps the logits. @default false */
  logits?: boolean;
  /** Share what prompts have in common; the results are the same. @default true */
  share?: boolean;
  /** Called after each batch and circuit with the number of examples done. */
  progress?: (examples: number) => void;
}

/**
 * Evaluates any number of circuits on the same pairs; the corrupted run is made once for all of them.
 *
 * @param circuits sets of edges as Graph numbers them
 * @throws UserError where the pairs do not fit the model or the metric
 */
export function evaluateCircuits(
  ops: Ops,
  model: ModelOrLoaded,
  pairs: readonly Pair[],
  circuits: readonly EdgeSet[],
  options: EvaluationOptions = {},
): Evaluations {
  const metric = metrics[options.metric ?? "kl"];
  checkPairs(pairs, model.config.vocabulary);
  if (metric.needsWrong) checkWrong(pairs);
  const graph = createGraph(graphShape(model.config));
  const empty = () => emptyEvaluation(pairs.length, options.logits ? model.config.vocabulary : 0);
  const evaluations: Evaluations = { model: empty(), corrupted: empty(), circuits: circuits.map(empty) };
  const { progress } = options;
  withLoaded(ops, model, (loaded) => {
    const reads = circuits.map((circuit) => circuitReads(graph, circuit));
    const evaluation = { ops, model: loaded, metric, graph, circuits: reads, evaluations, progress };
    for (const tree of growTrees(pairs, nodesToEvaluate(model.config), options.share ?? true)) {
      ops.scope(() => evaluateTree(evaluation, pairs, tree));
    }
  });
  return evaluations;
}

/** What the trees of pairs have in common. */
interface EvaluationRun {
  ops: Ops;
  model: CircuitModel;
  metric: Metric;
  graph: Graph;
  circuits: readonly CircuitReads[];
  evaluations: Evaluations;
  progress: EvaluationOptions["progress"];
}

/** Writes a tree's examples into the evaluations. */
function evaluateTree(
  { ops, model, metric, graph, circuits, evaluations, progress }: EvaluationRun,
  pairs: readonly Pair[],
  tree: PairTree,
): void {
  const { members } = tree;
  const answers = Int32Array.from(members, (i) => pairs[i]!.answer);
  const wrong = Int32Array.from(members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer);
  const state = corruptedState(ops, model.decoder, tree);
  const logitsOf = (normed: Tensor) => unembed(ops, model.decoder, normed);
  const corrupted = logitsOf(rowsOf(ops, state.final.normed, CORRUPTED, members.length));
  const reference = metric.reference(ops, corrupted);
  const record = (into: Evaluation, logits: Tensor) => {
    const values = metric.value(ops, logits, { reference, answers, wrong });
    write(ops, into, members, answers, logits, values);
    progress?.(members.length);
  };
  ops.scope(() =>
    record(evaluations.model, logitsOf(rowsOf(ops, state.final.normed, CLEAN, members.length))),
  );
  ops.scope(() => record(evaluations.corrupted, corrupted));
  circuits.forEach((circuit, i) => {
    ops.scope(() =>
      record(evaluations.circuits[i]!, logitsOf(runCircuit(ops, model, state, graph, circuit))),
    );
  });
}

function emptyEvaluation(examples: number, vocabulary: number): Evaluation {
  return {
    metric: new Float64Array(examples),
    exactMatch: new Uint8Array(examples),
    ...(vocabulary > 0 && { logits: new Float32Array(examples * vocabulary) }),
  };
}

function write(
  ops: Ops,
  { metric, exactMatch, logits }: Evaluation,
  members: readonly number[],
  answers: Int32Array,
  rows: Tensor,
  values: Tensor,
): void {
  const metrics = ops.read(values);
  const likeliest = ops.read(ops.argMax(rows));
  const vocabulary = rows.shape[1]!;
  const all = logits && (ops.read(rows) as Float32Array);
  members.forEach((example, n) => {
    metric[example] = metrics[n]!;
    exactMatch[example] = likeliest[n] === answers[n] ? 1 : 0;
    if (all) logits.set(all.subarray(n * vocabulary, (n + 1) * vocabulary), example * vocabulary);
  });
}
