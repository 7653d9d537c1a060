/** One effect from the paired differences of several tasks. */
import { type BoundedInterval, type Effect, effectOf, mean, studentInterval } from "./interval.ts";
import { normalQuantile, normalTail, studentTest } from "./student.ts";

/**
 * What the pooled effect is.
 * - mean: the mean over these tasks of each task's mean difference, every task counting the same. It assumes nothing about
 *   the tasks, and speaks of no others. Degrees of freedom as by Welch and Satterthwaite.
 * - fixed: one effect common to all tasks, weighted by the inverse of each task's squared standard error. Normal interval,
 *   which takes these as known: too narrow with few seeds.
 * - random: the mean of a population of tasks, whose variance is DerSimonian and Laird's (1986), with Hartung and
 *   Knapp's interval (2001), t with one degree of freedom fewer than tasks.
 */
export type PoolingModel = "mean" | "fixed" | "random";

export interface Pooled extends BoundedInterval {
  standardError: number;
  /** Null for the normal distribution. */
  degreesOfFreedom: number | null;
  /** The variance of the effect between tasks; 0 for models without it. */
  betweenTasks: number;
}

/**
 * Pools paired differences over tasks, see {@link poolEffects}.
 *
 * @param tasks the differences of each task, at least two of each
 */
export function poolTasks(
  tasks: readonly (readonly number[])[],
  model: PoolingModel = "mean",
  level = 0.95,
): Pooled {
  return poolEffects(tasks.map(effectOf), model, level);
}

/**
 * Pools the effects of tasks, whose intervals may be over seeds alone or over seeds and examples.
 *
 * @param tasks not all without spread; at least two for "random"
 * @param model @default "mean"
 * @param level confidence. @default 0.95
 */
export function poolEffects(tasks: readonly Effect[], model: PoolingModel = "mean", level = 0.95): Pooled {
  const effects = tasks.map((task) => task.mean);
  const variances = tasks.map((task) => task.standardError ** 2);
  if (model === "mean") {
    const total = sum(variances);
    const dof = total ** 2 / sum(variances.map((value, i) => value ** 2 / tasks[i]!.degreesOfFreedom));
    return pooled(mean(effects), Math.sqrt(total) / tasks.length, dof, 0, level);
  }
  const weights = variances.map((value) => 1 / value);
  const fixed = weighted(effects, weights);
  if (model === "fixed") return pooled(fixed, Math.sqrt(1 / sum(weights)), null, 0, level);
  const heterogeneity = sum(effects.map((effect, i) => weights[i]! * (effect - fixed) ** 2));
  const scale = sum(weights) - sum(weights.map((weight) => weight ** 2)) / sum(weights);
  const dof = tasks.length - 1;
  const between = Math.max(0, (heterogeneity - dof) / scale);
  const widened = variances.map((value) => 1 / (value + between));
  const center = weighted(effects, widened);
  const spread = sum(effects.map((effect, i) => widened[i]! * (effect - center) ** 2)) / dof;
  return pooled(center, Math.sqrt(spread / sum(widened)), dof, between, level);
}

/** The two-sided p-value of a pooled effect being 0. */
export function pooledTest({ mean, standardError, degreesOfFreedom }: Pooled): number {
  return degreesOfFreedom === null
    ? 2 * normalTail(Math.abs(mean) / standardError)
    : studentTest(mean, standardError, degreesOfFreedom);
}

function pooled(
  mean: number,
  standardError: number,
  degreesOfFreedom: number | null,
  betweenTasks: number,
  level: number,
): Pooled {
  const half = normalQuantile((1 + level) / 2) * standardError;
  const ends =
    degreesOfFreedom === null
      ? { low: mean - half, high: mean + half }
      : studentInterval(mean, standardError, degreesOfFreedom, level);
  return { ...ends, mean, standardError, degreesOfFreedom, betweenTasks };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function weighted(values: readonly number[], weights: readonly number[]): number {
  return sum(values.map((value, i) => weights[i]! * value)) / sum(weights);
}
