/** How much of the model's behaviour its circuit reproduces: the paper's faithfulness. */

/**
 * (1 - |F_model - F_circuit| / F_model) * 100 percent, where F is the mean of the metric over examples; a divergence is
 * measured from the corrupted run. 100 means that the circuit's metric is the model's, 0 that it is the corrupted run's.
 *
 * The denominator is the model's metric with its sign: a model with a negative logit difference prefers the wrong
 * answer, and the number is then meaningless.
 *
 * @returns undefined if the model's metric is the corrupted run's: there is nothing to be faithful to
 */
export function faithfulness(model: number, circuit: number): number | undefined {
  if (model === 0) return undefined;
  return (1 - Math.abs(model - circuit) / model) * 100;
}
