/** At which updates checkpoints are taken. */

/** `count` checkpoints, the first before training and the last after it, or one every so many updates. */
export type CheckpointPlan = { count: number; spacing: "even" | "dense-start" } | { every: number } | "last";

/**
 * The steps at which checkpoints are taken, ascending. Step 0 is before the first update, step `updates` after the last.
 *
 * - `even`: the same number of updates apart, up to rounding.
 * - `dense-start`: at updates * (i / (count - 1))^2, where most of the change is. Steps that fall together are one.
 * - `every`: 0, every, 2 * every, ... and the last step.
 * - `last`: only the last step.
 */
export function checkpointSteps(plan: CheckpointPlan, updates: number): number[] {
  if (plan === "last") return [updates];
  const steps = new Set<number>();
  if ("every" in plan) {
    for (let step = 0; step < updates; step += plan.every) steps.add(step);
  } else {
    const power = plan.spacing === "even" ? 1 : 2;
    for (let i = 0; i < plan.count; i++) steps.add(Math.round(updates * (i / (plan.count - 1)) ** power));
  }
  return [...steps.add(updates)].sort((a, b) => a - b);
}
