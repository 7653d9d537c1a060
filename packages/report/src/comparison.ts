/** The comparison of methods: held-out accuracy after training, and the difference to CircuitLoRA. */
import { describeCheckpoint, describeRun, type PlanRow, type SummaryRow } from "@ft/artifacts";
import { adapterKind, adapterOf, describeAdapter, parameterRatio, trainableParameters } from "@ft/model";
import type { Crossed } from "@ft/statistics";
import { greatest, group, index, mean, rollup } from "d3-array";
import { oncePer } from "./once-per.ts";
import type { HeldOutMetrics, Results, StageRecord } from "./results.ts";
import { examplesOf, intervalOf, type SeedValues } from "./seed-values.ts";

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

/** Held-out accuracy at the last checkpoint by plan and seed; the mean if several draws were trained with one seed. */
export function finalAccuracies(results: Pick<Results, "metrics">): Accuracies {
  return rollup(
    finalRows(results),
    (draws) => mean(draws, ({ heldOutAccuracy }) => heldOutAccuracy!)!,
    ({ plan }) => plan,
    ({ seed }) => seed,
  );
}

/** What a method reaches with a seed, as the mean over its draws. */
export interface SeedResult {
  accuracy: number;
  /** For each held-out example the share of draws that answer it; undefined if it is not known of all. */
  answers: { of: string; shares: readonly number[] } | undefined;
}

/** Results of a method by seed. */
export type MethodResults = ReadonlyMap<number, SeedResult>;

type Measured = Pick<Results, "metrics" | "answers">;

/** The same of runs that begin at the base model: step 0 is then its own. */
export function baseRows(results: Pick<Results, "metrics">): HeldOutMetrics[] {
  return firstRows(results).filter(({ beganElsewhere }) => !beganElsewhere);
}

/** Held-out results of the base model, for every plan whose runs begin there and are measured at step 0. */
export const baseResults = oncePer(
  (results: Measured): ReadonlyMap<string, MethodResults> => resultsOf(baseRows(results), results),
);

/** Held-out results at the last checkpoint, by plan and seed. */
export const finalResults = oncePer(
  (results: Measured): ReadonlyMap<string, MethodResults> => resultsOf(finalRows(results), results),
);

function resultsOf(rows: readonly HeldOutMetrics[], { answers }: Measured): Map<string, MethodResults> {
  const known = index(answers, describeCheckpoint);
  return rollup(
    rows,
    (draws): SeedResult => {
      const own = draws.flatMap((row) => known.get(describeCheckpoint(row)) ?? []);
      const isWhole = own.length === draws.length && own.every(({ of }) => of === own[0]!.of);
      return {
        accuracy: mean(draws, ({ heldOutAccuracy }) => heldOutAccuracy!)!,
        answers: isWhole
          ? {
              of: own[0]!.of,
              shares: own[0]!.correct.map((_, example) => mean(own, ({ correct }) => correct[example]!)!),
            }
          : undefined,
      };
    },
    ({ plan }) => plan,
    ({ seed }) => seed,
  );
}

/** The accuracies of a method. */
export function valuesOf(method: MethodResults): SeedValues {
  const results = [...method.values()];
  return seedValues(
    [...method.keys()],
    results.map(({ accuracy }) => accuracy),
    results.map(({ answers }) => answers),
  );
}

/** The differences between two methods with the seeds that both have, example by example where these are known. */
export function differencesOf(a: MethodResults, b: MethodResults): SeedValues {
  const paired = [...a].flatMap(([seed, one]) => {
    const other = b.get(seed);
    return other ? [{ seed, one, other }] : [];
  });
  return seedValues(
    paired.map(({ seed }) => seed),
    paired.map(({ one, other }) => one.accuracy - other.accuracy),
    paired.map(({ one, other }) => {
      const [mine, theirs] = [one.answers, other.answers];
      if (!mine || mine.of !== theirs?.of) return undefined;
      return { of: mine.of, shares: mine.shares.map((share, example) => share - theirs.shares[example]!) };
    }),
  );
}

/** Values that are crossed with examples if each seed has the same ones, at least two of both. */
function seedValues(
  seeds: readonly number[],
  values: readonly number[],
  answers: readonly SeedResult["answers"][],
): SeedValues {
  const [first] = answers;
  const rows = answers.flatMap((one) => (one && one.of === first?.of ? [one.shares] : []));
  const isCrossed = rows.length > 1 && rows.length === values.length && first!.shares.length > 1;
  return { seeds, values, ...(isCrossed && { crossed: rows satisfies Crossed }) };
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
export const summarize = oncePer((results: Measured & Pick<Results, "plans" | "model">): SummaryRow[] => {
  const { plans, model } = results;
  const found = finalResults(results);
  const reference = found.get(circuitAwareRun(plans) ?? "");
  const names = [...new Set(plans.map(({ plan }) => plan))].filter((name) => found.has(name));
  return names.map((method) => {
    const own = found.get(method)!;
    const { mean, low, high } = intervalOf(valuesOf(own));
    const paired = reference && reference !== own ? differencesOf(own, reference) : undefined;
    const difference = paired && paired.values.length > 0 ? intervalOf(paired) : undefined;
    const adapter = adapterOf(model.config, modulesOf(plans, method));
    return {
      method,
      seeds: own.size,
      examples: examplesOf(valuesOf(own)),
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
});

/** The description of a plan's adapters, which share a learning rate. */
export function adapterName({ plans, model }: Pick<Results, "plans" | "model">, method: string): string {
  return describeAdapter(adapterOf(model.config, modulesOf(plans, method)));
}

/** A plan's modules; if they differ by draw and seed, those of the first (all have equally many parameters). */
function modulesOf(plans: readonly PlanRow[], method: string): PlanRow[] {
  const rows = plans.filter(({ plan }) => plan === method);
  return rows.filter(({ draw, seed }) => draw === rows[0]!.draw && seed === rows[0]!.seed);
}
