/**
 * What a method of attribution is. Except for exact patching, each is a field of gradients: weighted points at which the
 * gradient g_v of the loss is taken at the input of every destination v. The score of an edge is the product with the
 * difference D_u that ablating its source u makes to u's output:
 *
 *   score(u -> v) = mean over examples of the sum over points of weight * sum over positions of D_u . g_v
 */

/** paper: k = 1..m, ends at the clean prompt (the paper's code). library: k = 0..m-1, starts at the corrupted one. */
export const grids = ["paper", "library"] as const;
export type Grid = (typeof grids)[number];

/** The run whose output a divergence is measured from. */
export const references = ["clean", "corrupted"] as const;
export type Reference = (typeof references)[number];

/** Points are fractions of the way from the ablated (0) to the clean (1) value; the prompt is the clean one. */
export interface Field {
  /** The token embedding is on its way, and everything follows it. */
  embeddings: readonly number[];
  /** The output of all heads of a layer, or of an MLP, is on its way, and what reads it follows: these points for each of them. */
  activations: readonly number[];
  /** The weight of each point. */
  weight: number;
}

export interface FieldChoices {
  /** m. */
  steps: number;
  grid: Grid;
  /** The model's. */
  layers: number;
}

export interface Method {
  /** Its name in experiments, in kebab case. */
  name: string;
  /** What it does, for people: a phrase without an article. */
  description: string;
  /** The choices that it looks at. */
  takes: readonly ("steps" | "grid")[];
  /** Whether it takes gradients on the way from a corrupted prompt, so that it needs one. */
  patchingOnly: boolean;
  /** The reference of a divergence unless another one is chosen. */
  reference: Reference;
  /** Its field; absent if edges are patched one by one instead. */
  field?: (choices: FieldChoices) => Field;
}

/** k/m for k = 1..m, or for k = 0..m-1. */
export function stepsOf(steps: number, grid: Grid): number[] {
  const first = grid === "paper" ? 1 : 0;
  return Array.from({ length: steps }, (_, k) => (k + first) / steps);
}
