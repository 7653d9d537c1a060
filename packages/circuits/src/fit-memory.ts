/** What attribution and evaluation take, measured on shapes alone, and how many prompts at once fit into memory. */
import {
  type CheckpointKey,
  formatBytes,
  type MemoryPart,
  memoryError,
  PROCESS_MEMORY,
  totalBytes,
} from "@ft/artifacts";
import { openShapes, type ShapeWork } from "@ft/backend";
import { createGraph, type EdgeSet } from "@ft/graph";
import {
  type Adapter,
  adapterTensors,
  graphShape,
  type ModelConfig,
  mergeAdapter,
  type Plan,
  shapesAlone,
  trainableParameters,
  type Weights,
} from "@ft/model";
import {
  type AttributionOptions,
  attributionTrees,
  patchingPasses,
  scoreGraph,
} from "./attribution/attribute.ts";
import { type AttributionChoices, hasField, resolveChoices } from "./attribution/choice.ts";
import { methodNamed } from "./attribution/methods/index.ts";
import { evaluateStream, evaluationTrees } from "./evaluation/evaluate-circuits.ts";
import { ATTRIBUTION_BYTES, EVALUATION_BYTES } from "./pairs/batch-size.ts";
import { type CircuitModel, loadCircuitModel } from "./pairs/circuit-model.ts";
import type { Pair } from "./pairs/pair.ts";
import type { PairTree } from "./pairs/pair-tree.ts";

/** What scoring or evaluating the pairs takes. */
export interface CircuitWork {
  /** The parts of its peak. */
  memory: MemoryPart[];
  /** Floating-point operations for each pair; of evaluation, for each circuit too, the whole model's runs included. */
  flops: number;
}

/** A model of some shape, at a checkpoint of an adapter or as it is. */
export interface ShapeOfModel {
  config: ModelConfig;
  /** What its checkpoints are merged from. @default nothing is merged */
  adapter?: Adapter | undefined;
}

/** How many prompts are computed at once, see {@link AttributionOptions}. */
export interface FittedTrees {
  treeBytes: number;
  /** Whether that is less than by default. */
  reduced: boolean;
}

/** Measures attribution on the pairs of the largest tree. @param pairs at least one */
export function attributionCosts(
  model: ShapeOfModel,
  pairs: readonly Pair[],
  choices: AttributionChoices,
  treeBytes = ATTRIBUTION_BYTES,
): CircuitWork {
  const { config } = model;
  const patches = !hasField(methodNamed(resolveChoices(choices).method));
  // Patching computes as many copies of a pass at once as there are heads; its own passes would take as long as on a backend.
  const alike: AttributionChoices = { method: "eap-ig", metric: "logit-diff", steps: config.heads };
  const options: AttributionOptions = { ...(patches ? alike : choices), treeBytes };
  const { members, average } = largestOf(attributionTrees(config, pairs, options).trees, pairs);
  const cost = measure(model, (ops, loaded) => scoreGraph(ops, loaded, members, options));
  const flops = patches
    ? patchingPasses(createGraph(graphShape(config))) * wholeRun(model, members)
    : (average * cost.flops) / members.length;
  return { ...cost, flops };
}

/** Operations of a run of the whole model, for each pair: a third of those on both prompts and of a circuit. */
function wholeRun(model: ShapeOfModel, pairs: readonly Pair[]): number {
  return evaluationCosts(model, pairs, {}).flops / WHOLE_AND_CIRCUIT;
}

/** Runs of an evaluation of one circuit: the model on the clean and on the corrupted prompt, and the circuit. */
export const WHOLE_AND_CIRCUIT = 3;

/** Measures the evaluation of one circuit of all edges on the pairs of the largest tree. @param pairs at least one */
export function evaluationCosts(
  model: ShapeOfModel,
  pairs: readonly Pair[],
  choices: { metric?: string; ablation?: string },
  treeBytes = EVALUATION_BYTES,
): CircuitWork {
  const { config } = model;
  const options = { ...choices, treeBytes };
  const { members, average } = largestOf(evaluationTrees(config, pairs, options), pairs);
  const circuit: EdgeSet = createGraph(graphShape(config)).emptySet().fill(1);
  const cost = measure(model, (ops, loaded) => {
    for (const _ of evaluateStream(ops, loaded, members, [circuit], options));
  });
  return { ...cost, flops: (average * cost.flops) / members.length };
}

/** The pairs of the tree with the most rows, and what an average pair takes of one of theirs, by rows. */
function largestOf(trees: readonly PairTree[], pairs: readonly Pair[]): { members: Pair[]; average: number } {
  const rowsOf = ({ clean, shared }: PairTree) => clean.length + shared.length;
  const largest = trees.reduce((a, b) => (rowsOf(b) > rowsOf(a) ? b : a));
  const rows = trees.reduce((sum, tree) => sum + rowsOf(tree), 0);
  return {
    members: largest.members.map((member) => withWrong(pairs[member]!)),
    average: rows / pairs.length / (rowsOf(largest) / largest.members.length),
  };
}

/** Metrics that need the corrupted prompt's answer take as much whatever it is. */
function withWrong(pair: Pair): Pair {
  return { ...pair, wrong: pair.wrong ?? pair.answer };
}

function measure(
  { config, adapter }: ShapeOfModel,
  compute: (ops: ReturnType<typeof openShapes>["ops"], loaded: CircuitModel) => void,
): CircuitWork {
  const { ops, work } = openShapes();
  const base = shapesAlone(config);
  const weights = adapter ? mergeAdapter(ops, base, adapter, trainedShapes(base, adapter)) : base;
  const loaded = loadCircuitModel(ops, { config, weights });
  const held = work.heldBytes;
  const loading = work.peakBytes - held;
  work.restart();
  compute(ops, loaded);
  return { memory: partsOf(held, Math.max(loading, work.peakBytes - held)), flops: work.flops };
}

function partsOf(held: ShapeWork["heldBytes"], more: number): MemoryPart[] {
  return [
    { what: "weights, folded and by head", bytes: held },
    { what: "activations, gradients and differences", bytes: more },
    { what: "weights as read, until they are collected", bytes: Math.min(held / 2, UNCOLLECTED) },
    PROCESS_MEMORY,
  ];
}

/** What folding and merging leave to the garbage collector before it runs; measured, as a bound for large models. */
const UNCOLLECTED = 2 ** 29;

function trainedShapes(base: Weights, adapter: Adapter): Weights {
  const data = new Float32Array(0);
  return new Map([...adapterTensors(base, adapter, 0)].map(([name, { shape }]) => [name, { shape, data }]));
}

/** Of the plans of some checkpoints the adapter that trains the most parameters; undefined if there is none. */
export function largestAdapter(
  config: ModelConfig,
  plans: readonly Plan[],
  checkpoints: readonly CheckpointKey[],
): Adapter | undefined {
  const adapters = plans.flatMap((plan) => {
    const own = checkpoints.find((key) => key.plan === plan.name && key.draw === plan.draw);
    return (own && plan.adapter(own.seed)) ?? [];
  });
  const sized = adapters.map((adapter) => ({ adapter, size: trainableParameters(config, adapter) }));
  return sized.sort((a, b) => b.size - a.size)[0]?.adapter;
}

/** A reduced amount of memory, for people. */
export function describeTrees({ treeBytes }: Pick<FittedTrees, "treeBytes">): string {
  return `memory is limited: the activations of prompts computed at once take at most ${formatBytes(treeBytes)}`;
}

/** @throws UserError if not even a single pair fits */
export function fitAttribution(
  model: ShapeOfModel,
  pairs: readonly Pair[],
  choices: AttributionChoices,
  budget: number,
): FittedTrees {
  return fit("attribution", ATTRIBUTION_BYTES, budget, (treeBytes) =>
    attributionCosts(model, pairs, choices, treeBytes),
  );
}

/** @throws UserError if not even a single pair fits */
export function fitEvaluation(
  model: ShapeOfModel,
  pairs: readonly Pair[],
  choices: { metric?: string; ablation?: string },
  budget: number,
): FittedTrees {
  return fit("the evaluation of circuits", EVALUATION_BYTES, budget, (treeBytes) =>
    evaluationCosts(model, pairs, choices, treeBytes),
  );
}

/** The default, or the first half, quarter and so on of it with which the computation fits. */
function fit(
  what: string,
  preset: number,
  budget: number,
  costs: (treeBytes: number) => CircuitWork,
): FittedTrees {
  const fits = ({ memory }: CircuitWork) => totalBytes(memory) <= budget;
  if (fits(costs(preset))) return { treeBytes: preset, reduced: false };
  const least = costs(SINGLE_PAIR);
  if (!fits(least)) throw memoryError(least.memory, budget, { what, remedies: ["take a smaller model"] });
  let treeBytes = preset / 2;
  while (!fits(costs(treeBytes))) treeBytes /= 2;
  return { treeBytes, reduced: true };
}

/** Bytes in which a tree has a single pair. */
export const SINGLE_PAIR = 1;
