/** The methods compared: how well each answers held-out prompts after training, and by how much it differs from CircuitLoRA. */
import type { PlanRow, SummaryRow } from "@ft/artifacts";
import { parameterRatio, trainableParameters } from "@ft/model";
import type { Results } from "./results.ts";
import { meanInterval, pairedDifference } from "./statistics/interval.ts";

/** Last held-out accuracy by seed, for every run trained with at least one seed, by name. */
export function finalAccuracies({ metrics }: Pick<Results, "metrics">): Map<string, Map<number, number>> {
  const last = new Map<string, Map<number, { step: number; accuracy: number }>>();
  for (const { run, seed, step, heldOutAccuracy } of metrics) {
    if (heldOutAccuracy === null) continue;
    const seeds = last.get(run) ?? new Map();
    last.set(run, seeds);
    if (step >= (seeds.get(seed)?.step ?? -1)) seeds.set(seed, { step, accuracy: heldOutAccuracy });
  }
  return new Map(
    [...last].map(([run, seeds]) => [
      run,
      new Map([...seeds].map(([seed, { accuracy }]) => [seed, accuracy])),
    ]),
  );
}

/** The run whose ranks come from edge changes, or undefined where the experiment has none. */
export function circuitAwareRun(plans: readonly PlanRow[]): string | undefined {
  return plans.find(({ edgeChange }) => edgeChange !== null)?.plan;
}

/** One row a method, in the order of the plans; differences are paired by seed against the circuit-aware run. */
export function summarize(results: Pick<Results, "metrics" | "plans" | "model">): SummaryRow[] {
  const { plans, model } = results;
  const accuracies = finalAccuracies(results);
  const reference = accuracies.get(circuitAwareRun(plans) ?? "");
  const names = [...new Set(plans.map(({ plan }) => plan))].filter((name) => accuracies.has(name));
  return names.map((method) => {
    const values = accuracies.get(method)!;
    const { mean, low, high } = meanInterval([...values.values()]);
    const difference = reference && reference !== values ? pairedDifference(values, reference) : undefined;
    const modules = modulesOf(plans, method);
    return {
      method,
      seeds: values.size,
      trainableParameters: trainableParameters(model.config, modules),
      parameterRatio: parameterRatio(model.config, modules),
      meanAccuracy: mean,
      lowAccuracy: low,
      highAccuracy: high,
      difference: difference?.mean ?? null,
      lowDifference: difference?.low ?? null,
      highDifference: difference?.high ?? null,
    };
  });
}

/** A plan's modules; of one that differs by seed, the first seed's (all have as many parameters). */
function modulesOf(plans: readonly PlanRow[], method: string): PlanRow[] {
  const rows = plans.filter(({ plan }) => plan === method);
  return rows.filter(({ seed }) => seed === rows[0]!.seed);
}
