/** One checkpoint's scores, and its circuits with how well they do. */

import { type CircuitRow, seededRandom, UserError } from "@ft/artifacts";
import type { Ops } from "@ft/backend";
import {
  collapseSet,
  countNodes,
  type EdgeSet,
  edgeCount,
  faithfulness,
  firstEdges,
  type GraphNames,
  prune,
  randomCircuit,
  rankEdges,
  sizeOf,
} from "@ft/graph";
import type { Model } from "@ft/model";
import { attribute } from "../attribution/attribute.ts";
import type { CircuitsConfig } from "../config.ts";
import { type Evaluation, evaluateCircuits } from "../evaluation/evaluate-circuits.ts";
import { type CircuitModel, withLoaded } from "../pairs/circuit-model.ts";
import type { Pair } from "../pairs/pair.ts";
import type { CheckpointKey } from "./checkpoints.ts";

/** What is the same for every checkpoint. */
export interface Search {
  ops: Ops;
  names: GraphNames;
  pairs: readonly Pair[];
  config: CircuitsConfig;
  /** The experiment's seed, which random circuits are drawn with. */
  seed: number;
  /** Called with the number of examples gone through; see {@link passes} for how many there are. */
  progress: (examples: number) => void;
}

/** What is found at a checkpoint. */
export interface FoundCircuit {
  /** By edge, [sources * destinations]. */
  scores: number[];
  /** The circuits evaluated, by kind and fraction. */
  circuits: CircuitRow[];
}

/** A circuit to evaluate. */
export interface Candidate {
  kind: "found" | "random";
  fraction: number;
  /** Edges taken before pruning. */
  selected: number;
  set: EdgeSet;
}

/**
 * Scores every edge, selects the circuit of each fraction, draws random ones of the same size, and evaluates them all.
 * @param fractions of all edges, ascending
 */
export function findCircuit(
  search: Search,
  key: CheckpointKey,
  model: Model,
  fractions: readonly number[],
): FoundCircuit {
  return withLoaded(search.ops, model, (loaded) => findIn(search, key, loaded, fractions));
}

function findIn(
  search: Search,
  key: CheckpointKey,
  model: CircuitModel,
  fractions: readonly number[],
): FoundCircuit {
  const { ops, names, pairs, config, progress } = search;
  const { method, steps, grid, metric, normalize, libraryBatch } = config;
  const scores = attribute(ops, model, pairs, {
    method,
    steps,
    grid,
    metric,
    normalize,
    ...(libraryBatch && { libraryBatch }),
    progress,
  });
  const order = rankEdges(names, scores);
  const found = fractions.map((fraction) => selectCircuit(names, order, fraction));
  const candidates = [...found, ...found.flatMap((circuit) => drawCircuits(search, key, circuit))];
  const sets = candidates.map(({ set }) => set);
  const { model: whole, circuits } = evaluateCircuits(ops, model, pairs, sets, { metric, progress });
  const rows = candidates.map(({ kind, fraction, selected, set }, i): CircuitRow => {
    const [modelMetric, circuitMetric] = [mean(whole.metric), mean(circuits[i]!.metric)];
    return {
      run: key.run,
      seed: key.seed,
      step: key.step,
      kind,
      fraction,
      selectedEdges: selected,
      edges: sizeOf(set),
      collapsedEdges: collapseSet(names, set, scores).edges.size,
      nodes: countNodes(names.graph, set),
      metric,
      modelMetric,
      circuitMetric,
      faithfulness: faithfulness(modelMetric, circuitMetric) ?? noFaithfulness(key, metric),
      modelAccuracy: accuracy(whole),
      circuitAccuracy: accuracy(circuits[i]!),
    };
  });
  return { scores: Array.from(scores), circuits: rows };
}

/** A table of circuits without their faithfulness would say nothing of them. */
function noFaithfulness({ run, seed, step }: CheckpointKey, metric: string): never {
  throw new UserError(
    "the faithfulness of circuits is undefined: the model's output does not depend on the corruption",
    {
      place: `run ${run}, seed ${seed}, step ${step}`,
      value: `the model's ${metric} is 0`,
      remedy: "check the pairs, or leave the checkpoint out with `checkpoints`",
    },
  );
}

/** How often {@link findCircuit} goes through the examples: scoring, model, corrupted run, and every circuit. */
export function passes(fractions: readonly number[], { random }: CircuitsConfig): number {
  return 3 + fractions.length * (1 + random);
}

/** The circuit of a fraction of all edges: those first in order, pruned. @param order see rankEdges */
export function selectCircuit({ graph }: GraphNames, order: Int32Array, fraction: number): Candidate {
  const selected = edgeCount(graph, fraction);
  return { kind: "found", fraction, selected, set: prune(graph, firstEdges(graph, order, selected)) };
}

/** The random circuits beside a found one. */
function drawCircuits(
  { names, config, seed }: Search,
  key: CheckpointKey,
  { fraction, set }: Candidate,
): Candidate[] {
  return Array.from({ length: config.random }, (_, i) => {
    const purpose = `random circuit ${i + 1} of ${fraction} for ${key.run}, seed ${key.seed}, step ${key.step}`;
    const drawn = randomCircuit(names.graph, sizeOf(set), seededRandom(seed, purpose));
    return { kind: "random", fraction, selected: sizeOf(drawn), set: drawn };
  });
}

function accuracy({ exactMatch }: Evaluation): number {
  return mean(exactMatch);
}

function mean(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
