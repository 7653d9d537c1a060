/** How much of what the model does its circuit does: the paper's faithfulness. */

/**
 * (1 - |F_model - F_circuit| / F_model) * 100 percent, where F is the mean of the metric over examples; a divergence is
 * measured from the corrupted run. 100 is a circuit whose metric is the model's, 0 one that does as the corrupted run.
 *
 * The denominator is the model's metric with its sign: a model with a negative logit difference prefers the wrong
 * answer, and the number then means nothing.
 *
 * @returns undefined if the model itself does as the corrupted run: there is nothing to be faithful to
 */
export function faithfulness(model: number, circuit: number): number | undefined {
  if (model === 0) return undefined;
  return (1 - Math.abs(model - circuit) / model) * 100;
}
