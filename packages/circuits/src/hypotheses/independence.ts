/** A permutation test of independence by the Hilbert-Schmidt criterion (Gretton et al. 2007). */
import type { Random } from "@ft/artifacts";

export interface Independence {
  /** trace(K H L H) / (n - 1)^2 of the kernel matrices K and L, H subtracting means: 0 for independent samples. */
  hsic: number;
  /** The share of permutations, the observed order among them, whose criterion is at least as large. */
  p: number;
}

/**
 * Tests whether paired samples are independent, with Gaussian kernels whose width is the median distance within each
 * sample (its mean distance, if the median is 0).
 *
 * @param x at least two values
 * @param y as many
 * @param permutations of y drawn. @default 1000
 */
export function testIndependence(
  x: Float64Array,
  y: Float64Array,
  random: Random,
  permutations = 1000,
): Independence {
  const n = x.length;
  const centred = centre(gaussianKernel(x), n);
  const kernel = gaussianKernel(y);
  /** The criterion with y in another order; only one of the matrices need be centred. */
  const criterion = (order: readonly number[]) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const row = order[i]! * n;
      for (let j = 0; j < n; j++) sum += centred[i * n + j]! * kernel[row + order[j]!]!;
    }
    return sum / (n - 1) ** 2;
  };
  const order = [...x.keys()];
  const hsic = criterion(order);
  let hits = 1;
  for (let i = 0; i < permutations; i++) {
    if (criterion(random.shuffle(order)) >= hsic - ROUNDING * Math.abs(hsic)) hits++;
  }
  return { hsic, p: hits / (1 + permutations) };
}

/** Sums of the same terms in another order count as equal. */
const ROUNDING = 1e-9;

/** exp(-(v_i - v_j)^2 / (2 width^2)), [n, n]; all 1 for equal values. */
function gaussianKernel(values: Float64Array): Float64Array {
  const n = values.length;
  const distances = Float64Array.from({ length: n * n }, (_, at) =>
    Math.abs(values[Math.trunc(at / n)]! - values[at % n]!),
  );
  const between = Float64Array.from(distances.filter((_, at) => at % n > Math.trunc(at / n))).sort();
  const { length } = between;
  const median = (between[Math.trunc((length - 1) / 2)]! + between[Math.trunc(length / 2)]!) / 2;
  const width = median || between.reduce((sum, distance) => sum + distance, 0) / length;
  return width === 0 ? distances.fill(1) : distances.map((d) => Math.exp(-((d / width) ** 2) / 2));
}

/** A symmetric matrix minus the means of its rows and columns plus its mean, [n, n]. */
function centre(matrix: Float64Array, n: number): Float64Array {
  const means = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += matrix[i * n + j]!;
    return sum / n;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  return matrix.map((value, at) => value - means[Math.trunc(at / n)]! - means[at % n]! + mean);
}
