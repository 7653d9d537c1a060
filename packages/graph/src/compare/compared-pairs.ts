/** Rows of comparisons.arrow: how far the circuits of two samples, seeds or checkpoints agree. */
import { type CheckpointKey, type ComparisonRow, isSameRun } from "@ft/artifacts";
import type { CollapsedCircuit } from "../circuit.ts";
import { noEdges } from "./circuit-change.ts";
import { checkSameGraph } from "./edge-change.ts";
import { changeRate, compareSets } from "./set-comparison.ts";

/** A checkpoint's circuit, found on a sample of the examples. */
export interface SampleCircuit extends CheckpointKey {
  sample: string;
  circuit: CollapsedCircuit;
}

/** Why two circuits are compared, if nothing is drawn. */
type PairKind = Exclude<ComparisonRow["kind"], "jitter" | "churn">;

export interface ComparedPair {
  kind: PairKind;
  one: SampleCircuit;
  other: SampleCircuit;
}

/**
 * The pairs of a run's circuits that are compared, and those with other seeds' circuits: first and last checkpoint and, if
 * there are more, each with the next; at every checkpoint both halves, each two of the splits, each resample and each perturbation with all examples; at every
 * checkpoint but the first, where all runs have the same model, the other seeds.
 *
 * @param run its circuits by step
 * @param others circuits of other runs, on all examples
 */
export function comparedPairs(
  run: readonly SampleCircuit[],
  others: readonly SampleCircuit[],
): ComparedPair[] {
  const whole = run.filter(({ sample }) => sample === "all");
  const [first, last] = [whole[0], whole.at(-1)];
  const pairs = (kind: PairKind, one: SampleCircuit, all: readonly SampleCircuit[]) =>
    all.map((other): ComparedPair => ({ kind, one, other }));
  const ofKind = (
    kind: PairKind,
    name: string,
    compare: (own: SampleCircuit[], all?: SampleCircuit) => ComparedPair[],
  ) =>
    bySteps(run).flatMap((own) =>
      compare(
        own.filter(({ sample }) => sample.startsWith(`${name} `)),
        own.find(({ sample }) => sample === "all"),
      ).map((pair) => ({ ...pair, kind })),
    );
  return [
    ...(first && last && first.step < last.step ? pairs("fine-tuning", first, [last]) : []),
    ...transitionsOf(whole).map(([one, other]): ComparedPair => ({ kind: "transition", one, other })),
    ...whole.slice(1).flatMap((one) =>
      pairs(
        "seeds",
        one,
        others.filter((other) => other.step === one.step && isSameRun({ ...other, seed: one.seed }, one)),
      ),
    ),
    ...ofKind("halves", "half", (own) =>
      own.flatMap((one, i) => (i % 2 === 0 && own[i + 1] ? pairs("halves", one, [own[i + 1]!]) : [])),
    ),
    ...ofKind("splits", "split", (own) => own.flatMap((one, i) => pairs("splits", one, own.slice(i + 1)))),
    ...ofKind("bootstrap", "bootstrap", (own, all) => (all ? pairs("bootstrap", all, own) : [])),
    ...ofKind("perturbed", "perturbed", (own, all) => (all ? pairs("perturbed", all, own) : [])),
  ];
}

/** Consecutive checkpoints, if there are more than two: of two, the transition is the whole run. */
export function transitionsOf<Checkpoint>(
  checkpoints: readonly Checkpoint[],
): (readonly [Checkpoint, Checkpoint])[] {
  if (checkpoints.length < 3) return [];
  return checkpoints.slice(1).map((to, i) => [checkpoints[i]!, to]);
}

/** The nodes and edges of two circuits, with rates of change over the size of a third, the run's first. */
export function agreement(
  one: CollapsedCircuit,
  other: CollapsedCircuit,
  first: CollapsedCircuit,
): Pick<
  ComparisonRow,
  | "nodes"
  | "otherNodes"
  | "nodeJaccard"
  | "nodeChangeRate"
  | "edges"
  | "otherEdges"
  | "edgeJaccard"
  | "edgeChangeRate"
> {
  checkSameGraph(one.graph, other.graph);
  const nodes = compareSets(one.nodes, other.nodes);
  const edges = compareSets(one.edges, other.edges);
  return {
    nodes: nodes.before,
    otherNodes: nodes.after,
    nodeJaccard: nodes.jaccard,
    nodeChangeRate: changeRate(nodes, first.nodes.size),
    edges: edges.before,
    otherEdges: edges.after,
    edgeJaccard: edges.jaccard,
    edgeChangeRate: changeRate(edges, first.edges.size),
  };
}

/**
 * The rows of a run's {@link comparedPairs}.
 * @throws UserError if the run's first circuit is empty: rates of change are fractions of its size
 */
export function comparisonRows(
  choice: Pick<ComparisonRow, "rule" | "size">,
  run: readonly SampleCircuit[],
  others: readonly SampleCircuit[],
): ComparisonRow[] {
  return comparedPairs(run, others).map(({ kind, one, other }) => {
    const first = run.find(({ sample }) => sample === "all")!;
    if (first.circuit.edges.size === 0) throw noEdges(first);
    const { plan, draw, seed, step, sample } = one;
    return {
      ...{ plan, draw, seed, step, sample },
      ...choice,
      kind,
      ...{ otherSeed: other.seed, otherStep: other.step, otherSample: other.sample },
      index: 0,
      strength: null,
      ...agreement(one.circuit, other.circuit, first.circuit),
    };
  });
}

function bySteps(run: readonly SampleCircuit[]): SampleCircuit[][] {
  const steps = [...new Set(run.map(({ step }) => step))];
  return steps.map((step) => run.filter((circuit) => circuit.step === step));
}
