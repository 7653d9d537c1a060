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

/** The edge changes of one run over its whole fine-tuning. */
export interface RunChange extends RunKey, CircuitChoice {
  graph: Graph;
  /** By source and destination node. */
  changes: Map<number, number>;
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
    };
  });
}

/**
 * The mean layer sums over a plan's runs.
 * @param probe the plan; needed if there are changes of several plans
 * @throws UserError if there are no changes, or the plan is missing or ambiguous
 */
export function meanLayerSums(all: readonly RunChange[], rule: LayerRule, probe?: string): Float64Array {
  const [first] = all;
  if (first === undefined) {
    throw new UserError("a circuit plan needs circuits", {
      place: "inputs.circuits",
      remedy: "name the stage that selects the circuits as the input `circuits`",
    });
  }
  const plans = [...new Set(all.map((change) => change.plan))];
  const chosen = probe ?? (plans.length === 1 ? plans[0] : undefined);
  const runs = all.filter((change) => change.plan === chosen);
  if (runs.length === 0) {
    const problem =
      probe === undefined
        ? "the circuits are from runs of several plans"
        : "there are no circuits from runs of this plan";
    throw new UserError(problem, {
      place: "probe",
      value: probe,
      remedy: `choose one of ${plans.join(", ")}`,
    });
  }
  const mean = new Float64Array(first.graph.layers);
  for (const { changes, graph } of runs) {
    layerSums(changes, graph, rule).forEach((sum, layer) => {
      mean[layer]! += sum / runs.length;
    });
  }
  return mean;
}
