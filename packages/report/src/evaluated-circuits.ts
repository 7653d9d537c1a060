/** Circuits with their evaluation in their own checkpoint's model: circuits.arrow joined with evaluation.arrow. */
import {
  type CheckpointKey,
  type CircuitKey,
  circuitsSchema,
  type EvaluationRow,
  evaluationSchema,
  RANDOM_MODEL,
  readRuns,
  scanTable,
} from "@ft/artifacts";
import { isControl } from "@ft/graph";

export interface EvaluatedCircuit extends CheckpointKey {
  /** found: the edges that a rule selects by their scores; random: the same number of edges drawn at random. */
  kind: "found" | "random";
  /** Share of all edges selected. */
  fraction: number;
  /** Edges left after pruning; q, k and v count separately. */
  edges: number;
  nodes: number;
  metric: string;
  modelMetric: number;
  circuitMetric: number;
  /** In percent. */
  faithfulness: number;
  modelAccuracy: number;
  circuitAccuracy: number;
}

/** The circuits found and evaluated on all examples, with patching, in the order of circuits.arrow. */
export function readEvaluatedCircuits(
  circuits: readonly string[],
  evaluations: readonly string[],
): EvaluatedCircuit[] {
  const judged = new Map(
    readRuns(evaluations, evaluationSchema)
      .filter((row) => isOwn(row) && isWhole(row))
      .map((row) => [identity(row), row]),
  );
  const joined: EvaluatedCircuit[] = [];
  for (const folder of circuits) {
    for (const row of scanTable(folder, circuitsSchema)) {
      const kind = kindOf(row.rule);
      const evaluation = judged.get(identity(row));
      if (row.sample !== "all" || !kind || !evaluation || evaluation.faithfulness === null) continue;
      const { plan, draw, seed, step, size, nodes } = row;
      const { metric, modelMetric, circuitMetric, faithfulness, modelAccuracy, circuitAccuracy } = evaluation;
      joined.push({
        ...{ plan, draw, seed, step, kind, fraction: size, edges: row.edges.length, nodes },
        ...{ metric, modelMetric, circuitMetric, faithfulness, modelAccuracy, circuitAccuracy },
      });
    }
  }
  return joined;
}

/** A found circuit on the examples of one kind, in its own checkpoint's model. */
export interface CircuitOfKind extends CheckpointKey {
  fraction: number;
  /** The kind of example, such as "add". */
  kind: string;
  examples: number;
  /** In percent; null if the model's metric is 0. */
  faithfulness: number | null;
  modelAccuracy: number;
  circuitAccuracy: number;
}

/** The evaluations of found circuits by kind of example, with patching. */
export function readCircuitsByKind(evaluations: readonly string[]): CircuitOfKind[] {
  return readRuns(evaluations, evaluationSchema).flatMap((row) => {
    const { kind, ablation, sample, rule, size: fraction } = row;
    if (kind === null || ablation !== "patching" || sample !== "all" || isControl(rule) || !isOwn(row))
      return [];
    const { plan, draw, seed, step, examples, faithfulness, modelAccuracy, circuitAccuracy } = row;
    return [
      { plan, draw, seed, step, fraction, kind, examples, faithfulness, modelAccuracy, circuitAccuracy },
    ];
  });
}

function kindOf(rule: string): EvaluatedCircuit["kind"] | undefined {
  if (!isControl(rule)) return "found";
  return rule === "random" ? rule : undefined;
}

/** Circuits that a found one must be more faithful than. */
export type ControlKind =
  | "random among found nodes"
  | "next by score"
  | "another checkpoint's"
  | "another seed's"
  | "a random model's";

/** A control circuit in the model of the checkpoint that its key names. */
export interface ControlCircuit extends CheckpointKey {
  /** common to both ends: the edges of both the run's first and its last circuit; not a control, as it should be faithful. */
  kind: ControlKind | "common to both ends";
  /** The checkpoint that the circuit is of. */
  circuitStep: number;
  fraction: number;
  /** In percent. */
  faithfulness: number;
}

/** The evaluations of control circuits, and of those common to both ends of a run, on all examples, with patching. Random circuits are among the evaluated ones. */
export function readControlCircuits(evaluations: readonly string[]): ControlCircuit[] {
  return readRuns(evaluations, evaluationSchema).flatMap((row) => {
    const kind = controlKind(row);
    if (!kind || !isWhole(row) || row.sample !== "all" || row.faithfulness === null) return [];
    const { modelPlan: plan, modelDraw: draw, modelSeed: seed, modelStep: step, size, faithfulness } = row;
    return [{ plan, draw, seed, step, kind, circuitStep: row.step, fraction: size, faithfulness }];
  });
}

function controlKind(row: EvaluationRow): ControlCircuit["kind"] | undefined {
  const { rule, plan, draw, seed, step, modelPlan, modelDraw, modelSeed, modelStep } = row;
  const isOwnPlan = plan === modelPlan && draw === modelDraw;
  if (isOwn(row)) {
    if (rule === "random-nodes") return "random among found nodes";
    if (rule === "common") return "common to both ends";
    return rule === "next" ? "next by score" : undefined;
  }
  if (isControl(rule)) return undefined;
  if (plan === RANDOM_MODEL) return "a random model's";
  if (!isOwnPlan) return undefined;
  if (seed === modelSeed) return "another checkpoint's";
  // Before training all seeds have the same model.
  return step === modelStep && step > 0 ? "another seed's" : undefined;
}

/** Whether a circuit was evaluated in the model it was found in. */
export function isOwn(row: EvaluationRow): boolean {
  const { plan, draw, seed, step, modelPlan, modelDraw, modelSeed, modelStep } = row;
  return modelPlan === plan && modelDraw === draw && modelSeed === seed && modelStep === step;
}

/** Whether a circuit was evaluated with patching, on examples of every kind. */
export function isWhole({ ablation, kind }: EvaluationRow): boolean {
  return ablation === "patching" && kind === null;
}

function identity({ plan, draw, seed, step, sample, rule, size, index }: CircuitKey): string {
  return JSON.stringify([plan, draw, seed, step, sample, rule, size, index]);
}
