/** Circuits with their evaluation in their own checkpoint's model: circuits.arrow joined with evaluation.arrow. */
import {
  type CheckpointKey,
  type CircuitKey,
  circuitsSchema,
  type EvaluationRow,
  evaluationSchema,
  readRuns,
  scanTable,
} from "@ft/artifacts";
import { type Control, isControl } from "@ft/graph";

export interface EvaluatedCircuit extends CheckpointKey {
  /** found: the edges that a rule selected by their scores; or what they are compared with. */
  kind: "found" | Control;
  /** The size asked for: share of all edges selected, if the rule is not another. */
  fraction: number;
  /** Edges left after pruning; q, k and v count separately. */
  edges: number;
  nodes: number;
  /** What edges outside the circuit carry. */
  ablation: EvaluationRow["ablation"];
  metric: string;
  modelMetric: number;
  circuitMetric: number;
  /** In percent. */
  faithfulness: number;
  modelAccuracy: number;
  circuitAccuracy: number;
}

/** The circuits found and evaluated on all examples, in the order of circuits.arrow. */
export function readEvaluatedCircuits(
  circuits: readonly string[],
  evaluations: readonly string[],
): EvaluatedCircuit[] {
  const judged = new Map(
    readRuns(evaluations, evaluationSchema)
      .filter(isOwn)
      .map((row) => [identity(row), row]),
  );
  const joined: EvaluatedCircuit[] = [];
  for (const folder of circuits) {
    for (const row of scanTable(folder, circuitsSchema)) {
      const kind = isControl(row.rule) ? row.rule : "found";
      const evaluation = judged.get(identity(row));
      if (row.sample !== "all" || !evaluation || evaluation.faithfulness === null) continue;
      const { plan, draw, seed, step, size, nodes } = row;
      const { ablation, metric, modelMetric, circuitMetric, faithfulness } = evaluation;
      const { modelAccuracy, circuitAccuracy } = evaluation;
      joined.push({
        ...{ plan, draw, seed, step, kind, fraction: size, edges: row.edges.length, nodes },
        ...{ ablation, metric, modelMetric, circuitMetric, faithfulness, modelAccuracy, circuitAccuracy },
      });
    }
  }
  return joined;
}

/** Whether a circuit was evaluated in the model it was found in, on examples of every kind. */
function isOwn(row: EvaluationRow): boolean {
  const { plan, draw, seed, step, kind } = row;
  const { modelPlan, modelDraw, modelSeed, modelStep } = row;
  const own = modelPlan === plan && modelDraw === draw && modelSeed === seed && modelStep === step;
  return own && kind === null;
}

function identity({ plan, draw, seed, step, sample, rule, size, index }: CircuitKey): string {
  return JSON.stringify([plan, draw, seed, step, sample, rule, size, index]);
}
