/** What decides an attribution's scores, apart from the model and its pairs: defaults, and which choices agree. */
import { ablationNamed } from "../counterfactual/ablations.ts";
import { metricNamed } from "../metrics/index.ts";
import { type Field, type Grid, type Method, methodNamed, methods, type Reference } from "./methods/index.ts";

/** Choices as given, before defaults. */
export interface AttributionChoices {
  /** Name of a method. @default "eap-ig" */
  method?: string;
  /** Name of a metric. @default "kl" */
  metric?: string;
  /** The run that a divergence is measured from. @default corrupted for eap, clean for the others */
  reference?: Reference;
  /** Name of an ablation: what an edge carries instead of its source's output. @default "patching" */
  ablation?: string;
  /** Where eap-ig's path begins and ends. @default "paper" */
  grid?: Grid;
  /** Points m of a path, at most 1000. @default 5 */
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

/** The paper's choices; the reference depends on the method. */
export const attributionDefaults = {
  method: "eap-ig",
  metric: "kl",
  ablation: "patching",
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

/** What is wrong with choices that are each allowed, but not together. @throws UserError if there is no such metric or method */
export function choiceProblems(choices: AttributionChoices): ChoiceProblem[] {
  const problems: ChoiceProblem[] = [];
  const { method: name, metric, reference, ablation, steps, normalize } = resolveChoices(choices);
  const method = methodNamed(name);
  if (ablationNamed(ablation) !== "patching" && method.patchingOnly) {
    const others = methods.filter(({ patchingOnly }) => !patchingOnly).map((other) => other.name);
    problems.push({
      choice: "ablation",
      problem: `has no corrupted prompt, which method ${name} takes gradients at`,
      remedy: `choose ablation patching, or method ${others.join(" or ")}`,
    });
  }
  for (const choice of ["steps", "grid"] as const) {
    if (choices[choice] === undefined || method.takes.includes(choice)) continue;
    const others = methods.filter(({ takes }) => takes.includes(choice)).map((other) => other.name);
    problems.push({
      choice,
      problem: `has no effect with method ${name} (${method.description})`,
      remedy: `leave it out, or choose method ${others.join(" or ")}`,
    });
  }
  if (choices.reference !== undefined && !metricNamed(metric).vanishesAtReference) {
    problems.push({
      choice: "reference",
      problem: `has no effect with metric ${metric}, which compares with no other run`,
      remedy: "leave it out, or choose a divergence, such as kl",
    });
  }
  if (steps > MOST_STEPS) {
    problems.push({ choice: "steps", problem: `is more than ${MOST_STEPS}`, remedy: "choose fewer steps" });
  } else if (isFlat(method, { ...choices, layers: 1 })) {
    const onPath = method.takes.includes("steps");
    problems.push({
      choice: onPath ? "steps" : "reference",
      problem: `makes every score 0: the only gradients are those at the ${reference} prompt, where ${metric} has none`,
      remedy: onPath ? "choose at least 2 steps, or the other reference" : "choose the other reference",
    });
  }
  if (method.field === undefined && normalize !== "mean") {
    problems.push({
      choice: "normalize",
      problem: `has no effect with method ${name}, whose scores are differences of means`,
      remedy: "leave it out",
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
  reference = methodNamed(method).reference,
  ablation = attributionDefaults.ablation,
  grid = attributionDefaults.grid,
  steps = attributionDefaults.steps,
  normalize = attributionDefaults.normalize,
  libraryBatch,
}: AttributionChoices) {
  return {
    ...{ method, metric, reference, ablation, grid, steps, normalize },
    ...(libraryBatch !== undefined && { libraryBatch }),
  };
}

/** {@link resolveChoices} without what the method and the metric do not look at: what the scores came from. */
export function choicesInForce(choices: AttributionChoices): AttributionChoices & { metric: string } {
  const { steps, grid, reference, ...others } = resolveChoices(choices);
  const { takes } = methodNamed(others.method);
  return {
    ...others,
    ...(metricNamed(others.metric).vanishesAtReference && { reference }),
    ...(takes.includes("steps") && { steps }),
    ...(takes.includes("grid") && { grid }),
  };
}

/**
 * A method's field without the points at which the metric's gradient is exactly 0: there the run is the reference itself.
 *
 * @param choices with the model's number of layers
 */
export function fieldOf(
  method: Method & { field: NonNullable<Method["field"]> },
  choices: AttributionChoices & { layers: number },
): Field {
  const { steps, grid, metric, reference } = resolveChoices(choices);
  const field = method.field({ steps, grid, layers: choices.layers });
  if (!metricNamed(metric).vanishesAtReference) return field;
  const flat = reference === "clean" ? 1 : 0;
  return {
    ...field,
    embeddings: field.embeddings.filter((point) => point !== flat),
    activations: field.activations.filter((point) => reference !== "clean" || point !== flat),
  };
}

/** Whether a method has a field that leaves no point. */
function isFlat(method: Method, choices: AttributionChoices & { layers: number }): boolean {
  if (!hasField(method)) return false;
  const { embeddings, activations } = fieldOf(method, choices);
  return embeddings.length + activations.length === 0;
}

/** Whether a method takes gradients, rather than patching edges one by one. */
export function hasField(method: Method): method is Method & { field: NonNullable<Method["field"]> } {
  return method.field !== undefined;
}
