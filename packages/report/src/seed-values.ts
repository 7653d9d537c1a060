/** Values by seed with their interval, which is over examples too if the values of every example are known. */
import {
  type Crossed,
  crossedEffect,
  crossedInterval,
  crossedTest,
  type Effect,
  effectOf,
  type Interval,
  mean,
  meanInterval,
  pairedTest,
} from "@ft/statistics";

export interface SeedValues {
  /** One value per seed. */
  values: readonly number[];
  /** The seed of each value; unknown if values are not those of seeds. */
  seeds?: readonly number[];
  /** The same by seed and example, [seeds][examples], at least two of each; the interval is then over both. */
  crossed?: Crossed;
}

/**
 * Values of the runs' first models. If all are equal, the runs begin with the same model: that is one value without an
 * interval, not one per run.
 */
export function sameOnce(values: readonly number[]): readonly number[] {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

/** The mean with its interval; a single seed has none. @param level confidence. @default 0.95 */
export function intervalOf({ values, crossed }: SeedValues, level = 0.95): Interval {
  if (values.length < 2) return { mean: mean(values), low: null, high: null };
  return crossed ? crossedInterval(crossed, level) : meanInterval(values, level);
}

/** {@link intervalOf} of shares, such as accuracies: an interval ends where a share does, at 0 and 1. */
export function shareInterval(of: SeedValues): Interval {
  const { mean, low, high } = intervalOf(of);
  return {
    mean,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.min(1, high),
  };
}

/** The two-sided p-value of the mean being 0, by the standard error of {@link intervalOf}. @param of at least two seeds */
export function testOf({ values, crossed }: SeedValues): number {
  return crossed ? crossedTest(crossed) : pairedTest(values);
}

/** The mean with its standard error, as {@link intervalOf} takes it. @param of at least two seeds */
export function seedEffect({ values, crossed }: SeedValues): Effect {
  return crossed ? crossedEffect(crossed) : effectOf(values);
}

/** The number of examples that the interval is over; null if it is over seeds alone. */
export function examplesOf({ crossed }: SeedValues): number | null {
  return crossed?.[0]?.length ?? null;
}

/** What intervals are over: "10 seeds and 1,000 examples", "3 to 5 seeds". */
export function describeCoverage(of: readonly { seeds: number; examples: number | null }[]): string {
  const examples = of.flatMap((one) => one.examples ?? []);
  const some = examples.length < of.length ? " for some" : "";
  const over = examples.length > 0 ? ` and${some} ${range(examples)} examples` : "";
  return `${range(of.map(({ seeds }) => seeds))} seeds${over}`;
}

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((count) =>
    count.toLocaleString("en-US"),
  );
  return least === most ? least! : `${least} to ${most}`;
}
