/** Faithfulness against the size of the circuit, and its integrals CPR and CMD, as the MIB benchmark computes them (arXiv 2504.13151). */

/** Fractions of a graph's edges whose circuits MIB evaluates; the number of edges is rounded down, see `edgeCount`. */
export const mibFractions = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;

/** A circuit's mean metric at a size. MIB's metric is the logit difference. */
export interface CurvePoint {
  /** The fraction of edges requested, before pruning. */
  fraction: number;
  metric: number;
}

export interface Curve {
  /** For each point in ascending order, (circuit - empty) / (model - empty): may exceed 1 or be negative. */
  faithfulness: { fraction: number; value: number }[];
  /** Integral of faithfulness over the fractions: circuit performance ratio. 0.999 for a circuit that is faithful at every size of MIB's. */
  cpr: number;
  /** Integral of |1 - faithfulness|: circuit-model distance. 0 is best. */
  cmd: number;
  /** The plain mean of faithfulness. */
  average: number;
}

/**
 * Both integrals are sums of trapezoids over the fractions, not divided by their range.
 *
 * @param points at least two, at different fractions
 * @param model the whole model's mean metric
 * @param empty the mean metric of the circuit without edges: the corrupted run's
 * @returns undefined if the model's metric is the corrupted run's: there is nothing to be faithful to
 */
export function faithfulnessCurve(
  points: readonly CurvePoint[],
  model: number,
  empty: number,
): Curve | undefined {
  if (model === empty) return undefined;
  const faithfulness = points
    .map(({ fraction, metric }) => ({ fraction, value: (metric - empty) / (model - empty) }))
    .sort((a, b) => a.fraction - b.fraction);
  const distance = faithfulness.map(({ fraction, value }) => ({ fraction, value: Math.abs(1 - value) }));
  const sum = faithfulness.reduce((total, { value }) => total + value, 0);
  return {
    faithfulness,
    cpr: trapezoids(faithfulness),
    cmd: trapezoids(distance),
    average: sum / faithfulness.length,
  };
}

function trapezoids(points: readonly { fraction: number; value: number }[]): number {
  let area = 0;
  for (const [i, { fraction, value }] of points.entries()) {
    const before = points[i - 1];
    if (before) area += ((fraction - before.fraction) * (before.value + value)) / 2;
  }
  return area;
}
