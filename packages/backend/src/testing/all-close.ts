/** Compares arrays of floats relative to the largest element rather than to each, as the numerics of a network require. */

import { expect } from "vitest";

/** How far two arrays may differ: |a - e| <= absolute + relative * max|expected| for every element. */
export interface Tolerance {
  /** Fraction of the largest absolute expected value. @default 1e-5, some eighty roundings of float32 */
  relative?: number;
  /** In the array's own unit. @default 0 */
  absolute?: number;
}

/**
 * The largest absolute difference over the largest absolute expected value; the largest difference itself if
 * everything expected is zero. NaN anywhere in `actual` gives NaN.
 * @throws if the lengths differ
 */
export function maxRelativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const { difference, scale } = largest(actual, expected);
  return scale === 0 ? difference : difference / scale;
}

/** Expects every element within `tolerance`; the message names the worst one. */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 1e-5, absolute = 0 }: Tolerance = {},
): void {
  const { difference, scale, at } = largest(actual, expected);
  const allowed = absolute + relative * scale;
  if (difference <= allowed) return;
  expect.fail(
    `element ${at} of ${expected.length} is ${actual[at]}, expected ${expected[at]}: ` +
      `off by ${difference}, allowed ${allowed} (largest expected ${scale})`,
  );
}

function largest(actual: ArrayLike<number>, expected: ArrayLike<number>) {
  if (actual.length !== expected.length)
    expect.fail(`${actual.length} elements, expected ${expected.length}`);
  let difference = 0;
  let scale = 0;
  let at = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = actual[i] === expected[i] ? 0 : Math.abs(actual[i]! - expected[i]!);
    if (!(d <= difference) && !Number.isNaN(difference)) {
      difference = d;
      at = i;
    }
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return { difference, scale, at };
}
