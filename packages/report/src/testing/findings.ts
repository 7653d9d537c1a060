/** Findings of the made-up results with some parts replaced. */
import type { PlanRow } from "@ft/artifacts";
import type { EvaluatedCircuit } from "../evaluated-circuits.ts";
import { type Finding, findings } from "../findings/index.ts";
import type { HeldOutMetrics, Results } from "../results.ts";
import { results } from "./results.ts";

/** The finding whose claim begins with a text. */
export function find(claim: string, parts: Partial<Results> = {}): Finding {
  return findings({ ...results, ...parts }).find((finding) => finding.claim.startsWith(claim))!;
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
  const name = `uniform-${rank}`;
  const [plan] = of.plans;
  const row: PlanRow = { ...plan!, plan: name, ...(rank === "full" ? { kind: "full" } : { rank }) };
  const metrics = of.metrics.filter(({ plan }) => plan === "lora-r8").map((row) => ({ ...row, plan: name }));
  return { ...of, plans: [...of.plans, row], metrics: [...of.metrics, ...accuracies(name, values, metrics)] };
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
