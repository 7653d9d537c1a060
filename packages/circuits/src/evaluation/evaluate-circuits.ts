/** Evaluation of circuits against the whole model, example by example. */

import type { Ops, Tensor } from "@ft/backend";
import { type CircuitReads, circuitReads, createGraph, type EdgeSet, type Graph } from "@ft/graph";
import { graphShape, type ModelConfig, unembed } from "@ft/model";
import { type Ablation, ablationNamed } from "../counterfactual/ablations.ts";
import { type MeanActivations, meanActivations } from "../counterfactual/means.ts";
import { type Metric, metricNamed } from "../metrics/index.ts";
import { nodesToEvaluate } from "../pairs/batch-size.ts";
import { type CircuitModel, type ModelOrLoaded, withLoaded } from "../pairs/circuit-model.ts";
import { checkPairs, checkWrong, type Pair } from "../pairs/pair.ts";
import { growTrees, type PairTree } from "../pairs/pair-tree.ts";
import { CLEAN, CORRUPTED, rowsOf } from "../pairs/run-pairs.ts";
import { ablatedPairs } from "./ablated-state.ts";
import { runCircuit } from "./run-circuit.ts";

/** One pass over all examples, in the order of the pairs. */
export interface Evaluation {
  /** The metric of each example. A divergence is measured from the corrupted prompt's output (the paper's code). */
  metric: Float64Array;
  /** 1 if the answer is the most likely token, else 0. */
  exactMatch: Uint8Array;
  /** Last-position logits, [examples * vocabulary], if requested. */
  logits?: Float32Array;
}

export interface Evaluations {
  /** The whole model on the clean prompts, the same as a circuit of all edges. */
  model: Evaluation;
  /**
   * The whole model on the corrupted prompts, with patching the same as a circuit without edges; its answers are compared with
   * those of the clean prompts.
   */
  corrupted: Evaluation;
  /** One per circuit, in the order given. */
  circuits: Evaluation[];
}

export interface EvaluationOptions {
  /** Name of a metric. @default "kl" */
  metric?: string;
  /** Name of an ablation: what edges outside a circuit carry. @default "patching" */
  ablation?: string;
  /** Keeps the logits. @default false */
  logits?: boolean;
  /** Compute shared parts of prompts once; the results are the same. @default true */
  share?: boolean;
  /** Bytes that the activations of prompts computed at once may take; results depend on it only through rounding. @default 256 MiB */
  treeBytes?: number | undefined;
  /** Called after each batch and circuit with the number of examples done. */
  progress?: (examples: number) => void;
}

/** Circuits evaluated together, which bounds the memory of a stream. */
const CIRCUITS_AT_ONCE = 64;

/**
 * Evaluates any number of circuits on the same pairs, a few at once; they share the passes over whole prompts. Edges on no path
 * from the input to the logits count as outside a circuit.
 *
 * @param pairs means are over their clean prompts
 * @param circuits sets of edges as Graph numbers them, read from the iterable as they are needed
 * @yields the next circuits with the whole model; once without circuits if there are none
 * @throws UserError if the pairs do not fit the model or the metric, or there is no such metric or ablation
 */
export function* evaluateStream(
  ops: Ops,
  model: CircuitModel,
  pairs: readonly Pair[],
  circuits: Iterable<EdgeSet>,
  options: EvaluationOptions = {},
): Generator<Evaluations> {
  const metric = metricNamed(options.metric ?? "kl");
  const ablation = ablationNamed(options.ablation ?? "patching");
  const { share = true, treeBytes, progress } = options;
  checkPairs(pairs, model.config.vocabulary);
  if (metric.needsWrong) checkWrong(pairs, metric.name);
  const graph = createGraph(graphShape(model.config));
  const trees = evaluationTrees(model.config, pairs, options);
  const empty = () => emptyEvaluation(pairs.length, options.logits ? model.config.vocabulary : 0);
  const means = meansFor(ops, model, pairs, ablation, share, treeBytes);
  try {
    let whole: Pick<Evaluations, "model" | "corrupted"> | undefined;
    for (const sets of inParts(circuits, CIRCUITS_AT_ONCE)) {
      const part = sets.map(empty);
      const evaluations: Evaluations = {
        ...(whole ?? { model: empty(), corrupted: empty() }),
        circuits: part,
      };
      const reads = sets.map((set) => circuitReads(graph, set));
      const run = { ops, model, metric, ablation, means, graph, circuits: reads };
      for (const tree of trees)
        ops.scope(() => evaluateTree({ ...run, evaluations, whole: !whole, progress }, pairs, tree));
      whole = { model: evaluations.model, corrupted: evaluations.corrupted };
      yield evaluations;
    }
  } finally {
    if (means) ops.dispose(means.input, ...means.layers.flatMap(({ z, activated }) => [z, activated]));
  }
}

/** The prompts that are computed at once, tree by tree. */
export function evaluationTrees(
  config: ModelConfig,
  pairs: readonly Pair[],
  { ablation = "patching", share = true, treeBytes }: EvaluationOptions,
): PairTree[] {
  return growTrees(pairs, nodesToEvaluate(config, treeBytes), share, share && ablation === "patching");
}

/** The means that an ablation needs, kept until they are disposed of. */
function meansFor(
  ops: Ops,
  model: CircuitModel,
  pairs: readonly Pair[],
  ablation: Ablation,
  share: boolean,
  treeBytes: number | undefined,
): MeanActivations | undefined {
  if (ablation === "patching" || ablation === "zero") return undefined;
  const byPosition = ablation === "mean-positional";
  return ops.keep(ops.scope(() => meanActivations(ops, model, pairs, byPosition, share, treeBytes)));
}

/** {@link evaluateStream} for circuits that fit in memory together. */
export function evaluateCircuits(
  ops: Ops,
  model: ModelOrLoaded,
  pairs: readonly Pair[],
  circuits: readonly EdgeSet[],
  options: EvaluationOptions = {},
): Evaluations {
  return withLoaded(ops, model, (loaded) => {
    const parts = [...evaluateStream(ops, loaded, pairs, circuits, options)];
    return { ...parts[0]!, circuits: parts.flatMap((part) => part.circuits) };
  });
}

/** An iterable in parts of equal size, the last one perhaps smaller; a single empty part if it is empty. */
function* inParts<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let part: T[] = [];
  let parts = 0;
  for (const one of all) {
    part.push(one);
    if (part.length < size) continue;
    yield part;
    parts++;
    part = [];
  }
  if (part.length > 0 || parts === 0) yield part;
}

/** The parts that all trees of pairs share. */
interface EvaluationRun {
  ops: Ops;
  model: CircuitModel;
  metric: Metric;
  ablation: Ablation;
  means: MeanActivations | undefined;
  graph: Graph;
  circuits: readonly CircuitReads[];
  evaluations: Evaluations;
  /** Whether the whole model's results are still to be recorded. */
  whole: boolean;
  progress: EvaluationOptions["progress"];
}

/** Writes a tree's examples into the evaluations. */
function evaluateTree(
  { ops, model, metric, ablation, means, graph, circuits, evaluations, whole, progress }: EvaluationRun,
  pairs: readonly Pair[],
  tree: PairTree,
): void {
  const { members } = tree;
  const answers = Int32Array.from(members, (i) => pairs[i]!.answer);
  const wrong = Int32Array.from(members, (i) => pairs[i]!.wrong ?? pairs[i]!.answer);
  const { state, final } = ablatedPairs(ops, model.decoder, tree, ablation, means);
  const logitsOf = (normed: Tensor) => unembed(ops, model.decoder, normed);
  const corrupted = logitsOf(rowsOf(ops, final.normed, CORRUPTED, members.length));
  const reference = metric.reference(ops, corrupted);
  const record = (into: Evaluation, logits: Tensor) => {
    const values = metric.value(ops, logits, { reference, answers, wrong });
    write(ops, into, members, answers, logits, values);
    progress?.(members.length);
  };
  if (whole) {
    ops.scope(() => record(evaluations.model, logitsOf(rowsOf(ops, final.normed, CLEAN, members.length))));
    ops.scope(() => record(evaluations.corrupted, corrupted));
  }
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
