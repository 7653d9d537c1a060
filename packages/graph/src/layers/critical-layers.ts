/** Which layers are critical: those that get the higher rank. */

import { UserError } from "@ft/artifacts";
import { rankLayers } from "./layer-sums.ts";

/** A number of layers, or those whose sum reaches mean + one (population) standard deviation. */
export type CriticalChoice = number | "mean-plus-sd";

/** The paper's 5 critical layers of Pythia-1.4B's 24, scaled to the depth; at least 1. */
export function defaultCritical(layers: number): number {
  return Math.max(1, Math.round((5 / 24) * layers));
}

/**
 * @param sums edge change by layer
 * @param choice default: {@link defaultCritical}
 * @returns the critical layers, largest sum first
 * @throws UserError if more layers are requested than there are
 */
export function criticalLayers(
  sums: Float64Array,
  choice: CriticalChoice = defaultCritical(sums.length),
): number[] {
  const ranking = rankLayers(sums);
  if (choice === "mean-plus-sd") {
    const mean = ranking.reduce((sum, { change }) => sum + change, 0) / ranking.length;
    const variance = ranking.reduce((sum, { change }) => sum + (change - mean) ** 2, 0) / ranking.length;
    return ranking.filter(({ change }) => change >= mean + Math.sqrt(variance)).map(({ layer }) => layer);
  }
  checkCritical(choice, sums.length);
  return ranking.slice(0, choice).map(({ layer }) => layer);
}

/** @throws UserError if `critical` exceeds the number of layers */
export function checkCritical(critical: number, layers: number): void {
  if (critical <= layers) return;
  throw new UserError("more critical layers are requested than the model has", {
    place: "critical",
    value: critical,
    remedy: `give at most ${layers}`,
  });
}
