/** What decides an attribution's scores, apart from the model and its pairs: defaults, and which choices agree. */
import { metricNamed } from "../metrics/index.ts";
import { type AttributionMethod, attributionPath, type Grid } from "./path.ts";

/** Choices as given, before defaults. */
export interface AttributionChoices {
  /** @default "eap-ig" */
  method?: AttributionMethod;
  /** Name of a metric. @default "kl" */
  metric?: string;
  /** Where eap-ig's path begins and ends. @default "paper" */
  grid?: Grid;
  /** Points m of eap-ig's path, at most 1000. @default 5 */
  steps?: number;
  /**
   * mean: the plain mean over examples. library: as the EAP-IG library, which divides by the number of examples twice
   * (within the batch and overall), so scores shrink with `libraryBatch`. @default "mean"
   */
  normalize?: "mean" | "library";
  /** Examples per batch of the library, only for its normalisation; the last may be short. @default all of them */
  libraryBatch?: number;
}

/** Far more points than the average along a path needs; each costs a forward and a backward pass. */
const MOST_STEPS = 1_000;

/** The paper's choices. */
export const attributionDefaults = {
  method: "eap-ig",
  metric: "kl",
  grid: "paper",
  steps: 5,
  normalize: "mean",
} as const;

/** A choice that has no effect, or makes the scores meaningless. */
export interface ChoiceProblem {
  choice: keyof AttributionChoices;
  /** A predicate, to follow the choice's name. */
  problem: string;
  remedy: string;
}

/** What is wrong with choices that are each allowed, but not together. @throws UserError if there is no such metric */
export function choiceProblems(choices: AttributionChoices): ChoiceProblem[] {
  const problems: ChoiceProblem[] = [];
  const { method, metric, grid, steps, normalize } = resolveChoices(choices);
  if (method === "eap") {
    for (const choice of ["steps", "grid"] as const) {
      if (choices[choice] === undefined) continue;
      problems.push({
        choice,
        problem: "has no effect with method eap, which takes one gradient, at the clean prompt",
        remedy: "leave it out, or choose method eap-ig",
      });
    }
  } else if (steps > MOST_STEPS) {
    problems.push({ choice: "steps", problem: `is more than ${MOST_STEPS}`, remedy: "choose fewer steps" });
  } else if (
    attributionPath(method, steps, grid, metricNamed(metric).vanishesAtReference).points.length === 0
  ) {
    problems.push({
      choice: "steps",
      problem: `makes every score 0: the only point of grid ${grid} is the clean prompt, where ${metric} has no gradient`,
      remedy: "choose at least 2 steps, grid library, or method eap",
    });
  }
  if (choices.libraryBatch !== undefined && normalize !== "library") {
    problems.push({
      choice: "libraryBatch",
      problem: `has no effect with normalize ${normalize}, which does not depend on batches`,
      remedy: "leave it out, or choose normalize library",
    });
  }
  return problems;
}

/** The choices with defaults filled in. */
export function resolveChoices({
  method = attributionDefaults.method,
  metric = attributionDefaults.metric,
  grid = attributionDefaults.grid,
  steps = attributionDefaults.steps,
  normalize = attributionDefaults.normalize,
  libraryBatch,
}: AttributionChoices) {
  return { method, metric, grid, steps, normalize, ...(libraryBatch !== undefined && { libraryBatch }) };
}

/** {@link resolveChoices} without what the method does not look at: what the scores came from. */
export function choicesInForce(choices: AttributionChoices): AttributionChoices & { metric: string } {
  const { steps, grid, ...others } = resolveChoices(choices);
  return others.method === "eap" ? others : { ...others, steps, grid };
}
