/** The changes between the first and the last circuit of each run. */

import {
  circuitsSchema,
  describeCheckpoint,
  isSameRun,
  type RunKey,
  tablePath,
  UserError,
} from "@ft/artifacts";
import {
  type CircuitChoice,
  edgeChanges,
  type Graph,
  type LayerRule,
  layerSums,
  readMainCircuits,
} from "@ft/graph";
import type { LayerMeasure } from "./plans/plan-method.ts";

/** The edge changes of one run over its whole fine-tuning. */
export interface RunChange extends RunKey, CircuitChoice {
  graph: Graph;
  /** By source and destination node. */
  changes: Map<number, number>;
  /** Updates between the two circuits. */
  updates: number;
}

/**
 * Compares each run's first and last main circuit.
 * @param folder of a circuits stage
 * @param graph of the model the plan is for
 * @throws UserError if a run has only one checkpoint, or the circuits are of another model
 */
export function readRunChanges(folder: string, graph: Graph): RunChange[] {
  const file = tablePath(folder, circuitsSchema);
  const circuits = readMainCircuits(folder);
  const firsts = circuits.filter(
    (circuit, i) => i === circuits.findIndex((other) => isSameRun(circuit, other)),
  );
  return firsts.map(({ circuit, ...first }) => {
    const last = circuits.findLast((other) => isSameRun(first, other))!;
    if (!circuit.graph.equals(graph)) {
      throw new UserError("the circuits are of another model", {
        file,
        value: `${circuit.graph.describe()}; the base model has ${graph.describe()}`,
        remedy: "find the circuits in the model that will be trained",
      });
    }
    if (first.step === last.step) {
      throw new UserError("only one checkpoint has a circuit; at least two are needed to measure change", {
        file,
        value: describeCheckpoint(first),
        remedy: "score the edges of at least two checkpoints",
      });
    }
    const { plan, draw, seed, sample, rule, size } = first;
    return {
      ...{ plan, draw, seed, sample, rule, size },
      graph,
      changes: edgeChanges(circuit, last.circuit),
      updates: last.step - first.step,
    };
  });
}

/**
 * The edge change by layer of a plan's runs.
 * @param probe the plan; needed if there are changes of several plans
 * @throws UserError if there are no changes, or the plan is missing or ambiguous
 */
export function edgeChangeByLayer(all: readonly RunChange[], rule: LayerRule, probe?: string): LayerMeasure {
  if (all.length === 0) {
    throw new UserError("a plan by edge change needs circuits", {
      place: "inputs.circuits",
      remedy: "name the stage that selects the circuits as the input `circuits`",
    });
  }
  const runs = runsOfProbe(all, "circuits", probe);
  return measureOf(
    runs.map(({ changes, graph, updates }) => ({ byLayer: layerSums(changes, graph, rule), updates })),
  );
}

/**
 * The runs of a plan.
 * @param what they have, for messages
 * @param probe the plan; needed if there are runs of several plans
 * @throws UserError if the plan is missing or ambiguous
 */
export function runsOfProbe<Run extends RunKey>(all: readonly Run[], what: string, probe?: string): Run[] {
  const plans = [...new Set(all.map(({ plan }) => plan))];
  const chosen = probe ?? (plans.length === 1 ? plans[0] : undefined);
  const runs = all.filter(({ plan }) => plan === chosen);
  if (runs.length > 0) return runs;
  const problem =
    probe === undefined
      ? `the ${what} are from runs of several plans`
      : `there are no ${what} from runs of this plan`;
  throw new UserError(problem, {
    place: "probe",
    value: probe,
    remedy: `choose one of ${plans.join(", ")}`,
  });
}

/** The measure of layers that some runs, at least one, found. */
export function measureOf(runs: readonly { byLayer: Float64Array; updates: number }[]): LayerMeasure {
  const byRun = runs.map(({ byLayer }) => byLayer);
  const mean = byRun[0]!.map(
    (_, layer) => byRun.reduce((sum, byLayer) => sum + byLayer[layer]!, 0) / runs.length,
  );
  return { mean, runs: byRun, updates: runs.reduce((sum, { updates }) => sum + updates, 0) };
}
