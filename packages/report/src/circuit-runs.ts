/** The main circuits of training runs, and how they change: of the probe's, and of runs with other adapters. */
import { type ChangeRow, describeRun, type RunKey } from "@ft/artifacts";
import { mean } from "@ft/statistics";
import { greatest, group, least } from "d3-array";
import type { EvaluatedCircuit } from "./evaluated-circuits.ts";
import { mainFraction } from "./exhibits/circuits.ts";
import type { RunCircuits } from "./further-circuits.ts";
import type { Results } from "./results.ts";

/** A change, as shares of the nodes and edges at checkpoint 0. */
interface Rates {
  nodes: number;
  edges: number;
}

/** What became of a run's main circuit. */
export interface CircuitRun extends RunKey {
  /** Checkpoints with an evaluated circuit. */
  checkpoints: number;
  /** From the first checkpoint to the last; undefined with one checkpoint. */
  whole: Rates | undefined;
  /** From checkpoint to checkpoint, on average. */
  consecutive: Rates | undefined;
  /** The circuits at the first and the last checkpoint; faithfulness is a fraction. */
  first: MainCircuit;
  last: MainCircuit;
  leastFaithfulness: number;
}

/** A run's main circuit at a checkpoint, in the checkpoint's own model. */
export interface MainCircuit extends RunKey {
  step: number;
  /** As a fraction. */
  faithfulness: number;
  circuitAccuracy: number;
  modelAccuracy: number;
}

/** The circuits of an experiment by the plan of their runs: the probe's first, then those of other adapters. */
export function allCircuits({ circuits, changes, further }: Results): RunCircuits {
  return {
    circuits: [...circuits, ...further.adapters.circuits],
    changes: [...changes, ...further.adapters.changes],
  };
}

/** The found circuits of the main size at every checkpoint. */
export function mainCircuits({ circuits, changes }: RunCircuits): MainCircuit[] {
  const fraction = mainFraction(circuits, changes);
  return circuits
    .filter((row) => row.kind === "found" && row.fraction === fraction)
    .map(({ plan, draw, seed, step, faithfulness, circuitAccuracy, modelAccuracy }: EvaluatedCircuit) => ({
      ...{ plan, draw, seed, step, faithfulness: faithfulness / 100, circuitAccuracy, modelAccuracy },
    }));
}

/** Every run's main circuits in numbers, in the order of the rows. */
export function circuitRuns(of: RunCircuits): CircuitRun[] {
  const changes = group(of.changes, describeRun);
  return [...group(mainCircuits(of), describeRun)].map(([run, own]) => {
    const changed = changes.get(run) ?? [];
    const consecutive = changed.filter(({ reference }) => reference === "previous");
    const whole = greatest(
      changed.filter(({ reference }) => reference === "first"),
      ({ toStep }) => toStep,
    );
    const [first, last] = [least(own, ({ step }) => step)!, greatest(own, ({ step }) => step)!];
    const { plan, draw, seed } = first;
    return {
      ...{ plan, draw, seed, checkpoints: own.length, first, last },
      whole: whole && ratesOf([whole]),
      consecutive: consecutive.length > 0 ? ratesOf(consecutive) : undefined,
      leastFaithfulness: Math.min(...own.map(({ faithfulness }) => faithfulness)),
    };
  });
}

function ratesOf(rows: readonly ChangeRow[]): Rates {
  return {
    nodes: mean(rows.map(({ nodeChangeRate }) => nodeChangeRate)),
    edges: mean(rows.map(({ edgeChangeRate }) => edgeChangeRate)),
  };
}
