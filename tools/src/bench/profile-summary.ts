/** What a profile says in a few numbers. */
import type { Profile } from "./profile.ts";

/** Operations that are products of matrices by their names; all others move data or go over it once. */
const PRODUCT = /^(matMul|linear)|product|contract/i;

/** What is counted of no operation: the program that asks for them. */
export const BETWEEN = "between operations";

export interface Part {
  name: string;
  /** Of the run's time. */
  share: number;
}

export interface ProfileSummary {
  /** What matrix products take of the run's time. */
  products: number;
  /** Their speed over the machine's. */
  productSpeed: number;
  /** Milliseconds of CPU time that the run's arithmetic would take at the machine's speed. */
  ideal: number;
  /** Everything else, largest first. */
  rest: Part[];
}

/**
 * Shares are of the wall clock, which alone is known by operation; a speed takes the same share of the CPU time, so that
 * it does not depend on who else had the core.
 */
export function summarize({ cpu, wall, operations, matrixSpeed }: Profile): ProfileSummary {
  const sum = (of: (operation: (typeof operations)[number]) => number, among = operations) =>
    among.reduce((total, operation) => total + of(operation), 0);
  const isProduct = ({ name }: { name: string }) => PRODUCT.test(name);
  const matrix = operations.filter(isProduct);
  const products = sum(({ milliseconds }) => milliseconds, matrix) / wall;
  const between = 1 - sum(({ milliseconds }) => milliseconds) / wall;
  const speed = products > 0 ? sum(({ flops }) => flops, matrix) / ((products * cpu) / 1000) : 0;
  const rest = operations
    .filter((operation) => !isProduct(operation))
    .map(({ name, milliseconds }) => ({ name, share: milliseconds / wall }))
    .concat({ name: BETWEEN, share: between })
    .sort((a, b) => b.share - a.share);
  return {
    products,
    productSpeed: speed / matrixSpeed,
    ideal: (1000 * sum(({ flops }) => flops)) / matrixSpeed,
    rest,
  };
}
