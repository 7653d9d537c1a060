/** What changed between the first and the last circuit of each run. */

import { edgesSchema, tablePath, UserError } from "@ft/artifacts";
import { edgeChanges, type LayerRule, layerSums } from "@ft/graph";
import { type CheckpointCircuit, readCircuits } from "./read-circuits.ts";

/** The edge changes of one run and seed, over the whole of its fine-tuning. */
export interface RunChange {
  run: string;
  seed: number;
  /** By edge, q, k and v collapsed. */
  changes: Map<string, number>;
}

/**
 * Compares each run's first and last circuit.
 * @param folder with an edges.arrow
 * @param layers of the model the plan is for
 * @throws UserError when a run has one checkpoint only, or the circuits are of another model
 */
export function readRunChanges(folder: string, layers: number): RunChange[] {
  const file = tablePath(folder, edgesSchema);
  const circuits = readCircuits(folder);
  const firsts = circuits.filter(
    (circuit, i) => i === circuits.findIndex((other) => isSameRun(circuit, other)),
  );
  return firsts.map((first) => {
    const last = circuits.findLast((other) => isSameRun(first, other))!;
    const { run, seed } = first;
    if (first.circuit.layers !== layers) {
      throw new UserError("the circuits are of another model", {
        file,
        value: `${first.circuit.layers} layers; the base model has ${layers}`,
        remedy: "find the circuits in the model that will be trained",
      });
    }
    if (first.step === last.step) {
      throw new UserError("a run has the circuit of one checkpoint only, so nothing can have changed", {
        file,
        value: `${run}, seed ${seed}, step ${first.step}`,
        remedy: "find circuits at two checkpoints at least",
      });
    }
    return { run, seed, changes: edgeChanges(first.circuit, last.circuit) };
  });
}

function isSameRun(a: CheckpointCircuit, b: CheckpointCircuit): boolean {
  return a.run === b.run && a.seed === b.seed;
}

/**
 * The layer sums of a run, mean over its seeds.
 * @param run needed when the changes are of several runs
 * @throws UserError when there is no change, or not exactly one run is meant
 */
export function meanLayerSums(
  all: readonly RunChange[],
  layers: number,
  rule: LayerRule,
  run?: string,
): Float64Array {
  if (all.length === 0) {
    throw new UserError("a plan by circuits needs circuits", {
      place: "inputs.circuits",
      remedy: "name the stage that finds the circuits as the input `circuits`",
    });
  }
  const runs = [...new Set(all.map((change) => change.run))];
  const chosen = run ?? (runs.length === 1 ? runs[0] : undefined);
  const seeds = all.filter((change) => change.run === chosen);
  if (seeds.length === 0) {
    const problem =
      run === undefined ? "the circuits are of several runs" : "there are no circuits of this run";
    throw new UserError(problem, { place: "run", value: run, remedy: `choose one of ${runs.join(", ")}` });
  }
  const mean = new Float64Array(layers);
  for (const { changes } of seeds) {
    layerSums(changes, layers, rule).forEach((sum, layer) => {
      mean[layer]! += sum / seeds.length;
    });
  }
  return mean;
}
