/** The points between the corrupted and the clean prompt at which gradients are taken. */
import { CLEAN, CORRUPTED, type Variant } from "../pairs/run-pairs.ts";

/** eap: the gradient at the clean prompt (Syed et al. 2023). eap-ig: averaged over a path to it (Hanna et al. 2024). */
export const attributionMethods = ["eap", "eap-ig"] as const;
export type AttributionMethod = (typeof attributionMethods)[number];

/** paper: k = 1..m, ends at the clean prompt (the paper's code). library: k = 0..m-1, starts at the corrupted one. */
export const grids = ["paper", "library"] as const;
export type Grid = (typeof grids)[number];

export interface Path {
  /** Fractions of the way from corrupted to clean, each of weight `weight`. */
  points: readonly number[];
  weight: number;
  /** The prompt from which a divergence is measured. */
  reference: Variant;
}

/**
 * EAP compares with the corrupted prompt, because at the clean prompt the divergence from itself has gradient 0; EAP-IG
 * compares with the clean prompt, and the point there, whose gradient is exactly 0, is left out.
 */
export function attributionPath(
  method: AttributionMethod,
  steps: number,
  grid: Grid,
  vanishesAtReference: boolean,
): Path {
  if (method === "eap") return { points: [1], weight: 1, reference: CORRUPTED };
  const first = grid === "paper" ? 1 : 0;
  const points = Array.from({ length: steps }, (_, k) => (k + first) / steps);
  return {
    points: vanishesAtReference ? points.filter((point) => point !== 1) : points,
    weight: 1 / steps,
    reference: CLEAN,
  };
}
