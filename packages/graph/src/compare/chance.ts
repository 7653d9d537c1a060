/**
 * What chance alone does to a circuit: the null hypothesis for the ratio of edge to node change. A circuit is disturbed
 * with the strength at which as many edges change as fine-tuning changed, and its nodes are counted.
 */
import { type CheckpointKey, type ComparisonRow, type Random, seededRandom } from "@ft/artifacts";
import { type CollapsedCircuit, collapse, edgesIn } from "../circuit.ts";
import type { EdgeSet } from "../graph.ts";
import { prune } from "../select/prune.ts";
import type { ScoredGraph } from "../select/rules/rule.ts";
import { agreement } from "./compared-pairs.ts";

/** A circuit: the scores that it was selected by, and how. */
export interface Disturbed {
  scored: ScoredGraph;
  select: (scored: ScoredGraph) => EdgeSet;
}

/** A way to disturb a circuit. */
export interface ChanceModel {
  /** The strength beyond which it makes no difference. */
  most: number;
  /** A disturbed circuit. With the same random numbers, a greater strength changes more. */
  disturb(circuit: Disturbed, strength: number, random: Random): EdgeSet;
}

/**
 * jitter: every score is multiplied by exp(s z), z standard normal, and a circuit selected anew: scores keep their signs and
 * the circuit its size.
 * churn: a share s of the circuit's edges is replaced by as many others, all equally likely, and the result pruned.
 */
export const chanceModels = {
  jitter: {
    most: 8,
    disturb({ scored, select }, strength, random) {
      const jitter = (values: ArrayLike<number>) =>
        Float64Array.from(values, (value) => value * Math.exp(strength * random.normal()));
      const { graph, scores, nodeScores } = scored;
      return select({ graph, scores: jitter(scores), ...(nodeScores && { nodeScores: jitter(nodeScores) }) });
    },
  },
  churn: {
    most: 1,
    disturb({ scored, select }, strength, random) {
      const { graph } = scored;
      const edges = select(scored);
      const members = random.shuffle(edgesIn(edges));
      const others = random.shuffle(edgesIn(edges.map((member) => 1 - member)));
      const replaced = Math.min(Math.round(strength * members.length), others.length);
      for (const edge of members.slice(0, replaced)) edges[edge] = 0;
      for (const edge of others.slice(0, replaced)) edges[edge] = 1;
      return prune(graph, edges);
    },
  },
} satisfies Record<string, ChanceModel>;

/** Halvings of the range of strengths, and draws that the mean change is over. */
const HALVINGS = 12;
const CALIBRATION_DRAWS = 10;

/**
 * The strength at which the change reaches a target, by bisection.
 *
 * @param change at a strength; it should not fall
 * @param most returned if the change never reaches the target
 */
export function calibrate(change: (strength: number) => number, target: number, most: number): number {
  let [low, high] = [0, most];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (change(middle) < target) low = middle;
    else high = middle;
  }
  return high;
}

/** A change of a run's circuit that chance imitates. */
export interface ImitatedChange {
  /** The circuit that is disturbed. */
  disturbed: Disturbed;
  /** Its checkpoint. */
  from: CheckpointKey;
  /** The circuit that fine-tuning made of it, on all examples. */
  to: CheckpointKey & { circuit: CollapsedCircuit };
  /** Of each model, after those that the strength is found with. */
  draws: number;
  /** What the draws are for, in the text that seeds them: different changes of a run have different draws. */
  purpose: string;
}

/**
 * What chance changes in circuits of a run when on average it changes as many edges as fine-tuning did.
 *
 * @param first the run's first circuit: rates of change are shares of its size
 * @param seed of the draws
 * @returns by model of chance, then by change
 */
export function chanceRows(
  choice: Pick<ComparisonRow, "rule" | "size">,
  changes: readonly ImitatedChange[],
  first: CollapsedCircuit,
  seed: number,
): ComparisonRow[] {
  return Object.entries(chanceModels).flatMap(([name, model]) =>
    changes.flatMap((change) =>
      imitate(choice, name as keyof typeof chanceModels, model, change, first, seed),
    ),
  );
}

function imitate(
  choice: Pick<ComparisonRow, "rule" | "size">,
  kind: keyof typeof chanceModels,
  model: ChanceModel,
  { disturbed, from, to, draws, purpose }: ImitatedChange,
  first: CollapsedCircuit,
  seed: number,
): ComparisonRow[] {
  if (draws === 0) return [];
  const { graph, scores } = disturbed.scored;
  const before = collapse({ graph, edges: disturbed.select(disturbed.scored), scores });
  const target = agreement(before, to.circuit, first).edgeChangeRate;
  const compare = (strength: number, number: string) => {
    const edges = model.disturb(disturbed, strength, seededRandom(seed, `${kind} ${number} of ${purpose}`));
    return agreement(before, collapse({ graph, edges, scores }), first);
  };
  const meanChange = (strength: number) => {
    const trials = Array.from({ length: CALIBRATION_DRAWS }, (_, i) => compare(strength, `trial ${i + 1}`));
    return trials.reduce((sum, { edgeChangeRate }) => sum + edgeChangeRate, 0) / CALIBRATION_DRAWS;
  };
  const strength = calibrate(meanChange, target, model.most);
  const { plan, draw, step } = from;
  return Array.from({ length: draws }, (_, i) => ({
    ...{ plan, draw, seed: from.seed, step, sample: "all" },
    ...choice,
    kind,
    ...{ otherSeed: from.seed, otherStep: to.step, otherSample: "all" },
    index: i + 1,
    strength,
    ...compare(strength, String(i + 1)),
  }));
}
