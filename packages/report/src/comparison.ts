/** The comparison of methods: held-out accuracy after training, and the difference to CircuitLoRA. */
import { describeRun, type PlanRow, type SummaryRow } from "@ft/artifacts";
import { adapterKind, adapterOf, describeAdapter, parameterRatio, trainableParameters } from "@ft/model";
import { meanInterval, pairedDifference } from "@ft/statistics";
import { greatest, group, mean, rollup } from "d3-array";
import type { HeldOutMetrics, Results, StageRecord } from "./results.ts";

/** Accuracies by seed, by the name of the plan. */
type Accuracies = Map<string, Map<number, number>>;

/** The rows of metrics at step 0 that have a held-out accuracy. */
export function firstRows({ metrics }: Pick<Results, "metrics">): HeldOutMetrics[] {
  return metrics.filter(({ step, heldOutAccuracy }) => step === 0 && heldOutAccuracy !== null);
}

/** Each run's last row of metrics that has a held-out accuracy. */
export function finalRows({ metrics }: Pick<Results, "metrics">): HeldOutMetrics[] {
  const measured = metrics.filter(({ heldOutAccuracy }) => heldOutAccuracy !== null);
  return [...group(measured, describeRun).values()].map((own) => greatest(own, ({ step }) => step)!);
}

/** Held-out accuracy before training, for every plan measured at step 0. */
export function firstAccuracies(results: Pick<Results, "metrics">): Accuracies {
  return accuraciesOf(firstRows(results));
}

/** Held-out accuracy at the last checkpoint by plan and seed; the mean if several draws were trained with one seed. */
export function finalAccuracies(results: Pick<Results, "metrics">): Accuracies {
  return accuraciesOf(finalRows(results));
}

function accuraciesOf(rows: readonly HeldOutMetrics[]): Accuracies {
  return rollup(
    rows,
    (draws) => mean(draws, ({ heldOutAccuracy }) => heldOutAccuracy!)!,
    ({ plan }) => plan,
    ({ seed }) => seed,
  );
}

/** The method that made each plan, by the plan's name, from the configurations of lora stages; not of outside commands. */
export function planMethods(stages: readonly StageRecord[]): Map<string, string> {
  return new Map(
    stages
      .filter(({ uses, manifest }) => uses === "lora" && !manifest.outside)
      .flatMap(({ manifest }) => (manifest.config as { plans: { name: string; method: string }[] }).plans)
      .map(({ name, method }) => [name, method]),
  );
}

/**
 * The rank of every plan of plain LoRA that gives all its modules the same one, or "full" if it trains the base itself, by
 * name. Plans of other kinds are left out: they differ by more than rank, and some have none.
 */
export function uniformRanks(plans: readonly PlanRow[]): Map<string, number | "full"> {
  const rankOf = ({ kind, rank }: PlanRow) => {
    if (adapterKind(kind).adapt === undefined) return "full";
    return kind === "lora" ? rank : undefined;
  };
  return new Map(
    [
      ...rollup(
        plans,
        (rows) => new Set(rows.map(rankOf)),
        ({ plan }) => plan,
      ),
    ].flatMap(([name, ranks]) => {
      const [rank] = ranks;
      return ranks.size === 1 && rank !== undefined ? [[name, rank] as const] : [];
    }),
  );
}

/** The plan whose ranks come from edge changes, or undefined if the experiment has none. */
export function circuitAwareRun(plans: readonly PlanRow[]): string | undefined {
  return plans.find(({ edgeChange }) => edgeChange !== null)?.plan;
}

/** One row per method, in the order of the plans; differences are paired by seed against the circuit-aware plan. */
export function summarize(results: Pick<Results, "metrics" | "plans" | "model">): SummaryRow[] {
  const { plans, model } = results;
  const accuracies = finalAccuracies(results);
  const reference = accuracies.get(circuitAwareRun(plans) ?? "");
  const names = [...new Set(plans.map(({ plan }) => plan))].filter((name) => accuracies.has(name));
  return names.map((method) => {
    const values = accuracies.get(method)!;
    const { mean, low, high } = meanInterval([...values.values()]);
    const difference = reference && reference !== values ? pairedDifference(values, reference) : undefined;
    const adapter = adapterOf(model.config, modulesOf(plans, method));
    return {
      method,
      seeds: values.size,
      trainableParameters: trainableParameters(model.config, adapter),
      parameterRatio: parameterRatio(model.config, adapter),
      meanAccuracy: mean,
      lowAccuracy: low,
      highAccuracy: high,
      difference: difference?.mean ?? null,
      lowDifference: difference?.low ?? null,
      highDifference: difference?.high ?? null,
    };
  });
}

/** The description of a plan's adapters, which share a learning rate. */
export function adapterName({ plans, model }: Pick<Results, "plans" | "model">, method: string): string {
  return describeAdapter(adapterOf(model.config, modulesOf(plans, method)));
}

/** A plan's modules; if they differ by draw and seed, those of the first (all have equally many parameters). */
function modulesOf(plans: readonly PlanRow[], method: string): PlanRow[] {
  const rows = plans.filter(({ plan }) => plan === method);
  return rows.filter(({ draw, seed }) => draw === rows[0]!.draw && seed === rows[0]!.seed);
}
