/** Means over seeds and examples that are crossed: every seed has a value for every example. */
import { type BoundedInterval, type Effect, mean, sampleQuantile, studentInterval } from "./interval.ts";
import type { RandomIntegers } from "./sign-flip.ts";
import { studentTest } from "./student.ts";

/** Values by seed and example, as [seeds][examples]; such as the differences between two methods. */
export type Crossed = readonly (readonly number[])[];

/** The mean of all values, the means of rows and columns, and the mean square of what they leave unexplained. */
function parts(values: Crossed) {
  const rows = values.map(mean);
  const columns = values[0]!.map((_, column) => mean(values.map((row) => row[column]!)));
  const all = mean(rows);
  const square = (of: readonly number[]) => mean(of.map((value) => value ** 2));
  return {
    all,
    /** The population variances of the means of rows and columns. */
    rows: square(rows.map((value) => value - all)),
    columns: square(columns.map((value) => value - all)),
    interaction: square(
      values.flatMap((row, r) => row.map((value, c) => value - rows[r]! - columns[c]! + all)),
    ),
  };
}

/**
 * The exact variance of the mean under the two-way bootstrap, without drawing: var(row means) / R + var(column means) / C
 * + mean(interaction^2) / (R C), with population variances. It is too small by (R - 1) / R for the seeds and
 * (C - 1) / C for the examples, and counts the interaction three times (Owen 2007); {@link crossedInterval} does neither.
 */
export function bootstrapVariance(values: Crossed): number {
  const [R, C] = [values.length, values[0]!.length];
  const { rows, columns, interaction } = parts(values);
  return rows / R + columns / C + interaction / (R * C);
}

/** Means of values whose rows and columns are drawn with replacement, independently of each other. */
export function bootstrapMeans(values: Crossed, draws: number, random: RandomIntegers): Float64Array {
  const [R, C] = [values.length, values[0]!.length];
  const drawn = (count: number) => Array.from({ length: count }, () => random.int(0, count - 1));
  return Float64Array.from({ length: draws }, () => {
    const [rows, columns] = [drawn(R), drawn(C)];
    return mean(rows.map((row) => mean(columns.map((column) => values[row]![column]!))));
  });
}

/**
 * The percentile interval of {@link bootstrapMeans}. With few seeds it is too narrow: prefer {@link crossedInterval}.
 *
 * @param level confidence. @default 0.95
 */
export function bootstrapInterval(
  values: Crossed,
  draws: number,
  random: RandomIntegers,
  level = 0.95,
): BoundedInterval {
  const means = bootstrapMeans(values, draws, random).sort();
  const tail = (1 - level) / 2;
  return { mean: parts(values).all, low: sampleQuantile(means, tail), high: sampleQuantile(means, 1 - tail) };
}

/**
 * Student's interval of the mean over seeds and examples, both taken as random: its variance is the unbiased one of a
 * two-way analysis of variance, (MS rows + MS columns - MS interaction) / (R C), but at least that over seeds alone; its
 * degrees of freedom are those of the fewer of both, which is conservative.
 *
 * @param values at least two seeds and two examples
 * @param level confidence. @default 0.95
 */
export function crossedInterval(values: Crossed, level = 0.95): BoundedInterval {
  const { mean, standardError, degreesOfFreedom } = crossedEffect(values);
  return studentInterval(mean, standardError, degreesOfFreedom, level);
}

/** The two-sided p-value of the mean over seeds and examples being 0, see {@link crossedInterval}. */
export function crossedTest(values: Crossed): number {
  const { mean, standardError, degreesOfFreedom } = crossedEffect(values);
  return studentTest(mean, standardError, degreesOfFreedom);
}

/** The mean over seeds and examples, its standard error and degrees of freedom, as {@link crossedInterval} takes them. */
export function crossedEffect(values: Crossed): Effect {
  const [R, C] = [values.length, values[0]!.length];
  const { all, rows, columns, interaction } = parts(values);
  const overSeeds = rows / (R - 1);
  const overExamples = columns / (C - 1);
  const shared = interaction / ((R - 1) * (C - 1));
  return {
    mean: all,
    standardError: Math.sqrt(overSeeds + Math.max(0, overExamples - shared)),
    degreesOfFreedom: Math.min(R, C) - 1,
  };
}
