/** AdamW's update in the form that the kernels compute. */

import type { AdamWStep } from "./ops.ts";

/**
 * The numbers of one update, bias corrections folded in:
 * theta <- decay theta, m <- beta1 m + (1 - beta1) g, v <- beta2 v + (1 - beta2) g^2,
 * theta <- theta - rate m / (sqrt(v) + epsilon).
 */
export interface AdamWNumbers {
  beta1: number;
  beta2: number;
  decay: number;
  rate: number;
  epsilon: number;
}

/**
 * The textbook divides m by 1 - beta1^t and v by 1 - beta2^t and adds epsilon to the root of the latter; both sides of
 * the fraction times sqrt(1 - beta2^t) give the form above. The betas are rounded to float32 first, since kernels
 * do so and the corrections must belong to the same betas: 1 - 0.999 loses five digits by rounding.
 */
export function adamWNumbers({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  step,
}: AdamWStep): AdamWNumbers {
  if (!Number.isInteger(step) || step < 1)
    throw new Error(`AdamW's steps are numbered from 1; this step is ${step}`);
  const [rounded1, rounded2] = [Math.fround(beta1), Math.fround(beta2)];
  const root = Math.sqrt(1 - rounded2 ** step);
  return {
    beta1: rounded1,
    beta2: rounded2,
    decay: 1 - learningRate * weightDecay,
    rate: (learningRate * root) / (1 - rounded1 ** step),
    epsilon: epsilon * root,
  };
}
