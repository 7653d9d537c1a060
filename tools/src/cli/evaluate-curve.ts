/** `ft evaluate --curve`: faithfulness over MIB's fractions of edges, as CPR and CMD. */
import type { Evaluations } from "@ft/circuits";
import type { Circuit, EdgeSet, SelectionRule } from "@ft/graph";

/** The rule that `--curve`, or another option, names. @throws UserError if it has no sizes that are shares of edges */
export async function curveRule(name: string | true, option = "--curve"): Promise<SelectionRule> {
  const { selectionRules } = await import("@ft/graph");
  const { UserError } = await import("@ft/artifacts");
  const rules = selectionRules.filter(({ sizes }) => sizes === "edges");
  const found = rules.find((rule) => rule.name === (name === true ? "top" : name));
  if (found) return found;
  throw new UserError(`${option} names no rule that selects a share of all edges`, {
    value: name,
    remedy: `choose one of ${rules.map((rule) => rule.name).join(", ")}`,
  });
}

/** A circuit of the curve. */
interface CurveCircuit {
  fraction: number;
  edges: EdgeSet;
}

/** The circuit without edges and those of MIB's fractions, by the scores of a file. */
export async function curveCircuits(
  scored: Circuit,
  rule: SelectionRule,
  file: string,
): Promise<CurveCircuit[]> {
  const { mibFractions, topCircuit } = await import("@ft/graph");
  const { UserError } = await import("@ft/artifacts");
  const { graph, scores } = scored;
  if (scores.every((score) => score === 0)) {
    throw new UserError("--curve needs scores, and every edge's is 0", { file, remedy: "attribute first" });
  }
  const order = rule.rank(scored);
  return [0, ...mibFractions].map((fraction) => ({
    fraction,
    edges: topCircuit(graph, order, rule.count({ graph, scores }, fraction)),
  }));
}

/**
 * Evaluates the circuits of a curve.
 * @returns CPR and CMD, null if the model's metric is that of the circuit without edges, and the points of the curve
 */
export async function summarizeCurve(
  rule: SelectionRule,
  circuits: readonly CurveCircuit[],
  evaluate: (sets: EdgeSet[]) => Evaluations,
) {
  const { faithfulnessCurve, sizeOf } = await import("@ft/graph");
  const { judge } = await import("@ft/circuits");
  const result = evaluate(circuits.map(({ edges }) => edges));
  const [empty, ...points] = circuits.map(({ fraction, edges }, i) => {
    const { circuitMetric: metric, circuitAccuracy } = judge(result.model, result.circuits[i]!);
    return { fraction, edges: sizeOf(edges), metric, exactMatch: circuitAccuracy };
  });
  const { modelMetric } = judge(result.model, result.model);
  const curve = faithfulnessCurve(points, modelMetric, empty!.metric);
  return {
    rule: rule.name,
    cpr: curve?.cpr ?? null,
    cmd: curve?.cmd ?? null,
    average: curve?.average ?? null,
    emptyMetric: empty!.metric,
    points: points.map((point, i) => ({ ...point, faithfulness: curve?.faithfulness[i]?.value ?? null })),
  };
}

/** The curve in a line. */
export function describeCurve({ rule, cpr, cmd }: Awaited<ReturnType<typeof summarizeCurve>>): string {
  if (cpr === null || cmd === null)
    return "CPR and CMD are undefined: the model's metric is that of the circuit without edges";
  return `CPR ${cpr.toFixed(4)}, CMD ${cmd.toFixed(4)} over MIB's fractions of edges, rule ${rule}`;
}
