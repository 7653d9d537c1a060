/** Findings of the made-up results with some parts replaced. */
import type { PlanRow } from "@ft/artifacts";
import { findings } from "../claims/index.ts";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import type { HeldOutMetrics, Results } from "../results.ts";
import { planStage, results } from "./results.ts";

/** The finding whose claim begins with a text, with its evidence as one text. */
export function find(claim: string, parts: Partial<Results> = {}) {
  const found = findings({ ...results, ...parts }).find((finding) => finding.claim.startsWith(claim))!;
  return found && { ...found, evidence: found.evidence.join(" ") };
}

/** Applies a change to every row of circuits. */
export function circuits(change: (row: EvaluatedCircuit) => Partial<EvaluatedCircuit>): Partial<Results> {
  return { circuits: results.circuits.map((row) => ({ ...row, ...change(row) })) };
}

/** Replaces a method's last accuracies, by seed. */
export function accuracies(
  plan: string,
  values: readonly number[],
  metrics: readonly HeldOutMetrics[] = results.metrics,
): HeldOutMetrics[] {
  return metrics.map((row) =>
    row.plan === plan && row.step > 0 ? { ...row, heldOutAccuracy: values[row.seed - 1]! } : row,
  );
}

/** Adds a method with the same rank everywhere. */
export function withRank(of: Results, rank: number | "full", values: readonly number[]): Results {
  return withPlan(of, `uniform-${rank}`, "uniform", values, rank === "full" ? { kind: "full" } : { rank });
}

/** Adds a plan by a method of planning, trained with three seeds. */
export function withPlan(
  of: Results,
  name: string,
  method: string,
  values: readonly number[],
  module: Partial<PlanRow> = {},
): Results {
  const row: PlanRow = { ...of.plans[0]!, plan: name, ...module };
  const metrics = of.metrics.filter(({ plan }) => plan === "lora-r8").map((row) => ({ ...row, plan: name }));
  return {
    ...of,
    plans: [...of.plans, row],
    metrics: [...of.metrics, ...accuracies(name, values, metrics)],
    stages: [...of.stages, planStage({ [name]: method })],
  };
}

/** The made-up results with methods of rank 2 and rank 32. */
export function ranked(small: readonly number[], large: readonly number[]): Results {
  return withRank(withRank(results, 2, small), 32, large);
}

/** Rank 32 answers about 10 points more than rank 2. */
export const binding = ranked([0.7, 0.71, 0.72], [0.8, 0.82, 0.81]);
/** Rank 32 answers as much as rank 2. */
export const flat = ranked([0.7, 0.71, 0.72], [0.71, 0.71, 0.71]);

/** Results of only the first seed. */
export function oneSeed(of: Results): Results {
  return { ...of, metrics: of.metrics.filter(({ seed }) => seed === 1) };
}

/** Adds the controls of CircuitLoRA's gain but AdaLoRA, with accuracies below those of CircuitLoRA (81, 82 and 83%). */
export function controlled(of: Results, values: readonly number[] = [0.6, 0.61, 0.62]): Results {
  const methods = ["first-layers", "last-layers", "least-changed", "gradient-norm"];
  const planned = methods.reduce((results, method) => withPlan(results, method, method, values), of);
  const drawn = withPlan(planned, "random-layers", "random", values);
  const random = drawn.plans.find(({ plan }) => plan === "random-layers")!;
  const draws = Array.from({ length: 9 }, (_, i) => ({ ...random, draw: i + 1 }));
  return { ...drawn, plans: [...drawn.plans, ...draws] };
}
