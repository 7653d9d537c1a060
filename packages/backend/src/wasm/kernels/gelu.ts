// The exact GELU, x Phi(x), and its gradient, each in one pass; see Ops.gelu.

import { erf, exp } from "./math";
import { covered, LANES, loadSome, madd, storeSome, VECTOR } from "./vector";

const SQRT_HALF: f32 = 0.70710678118654752;
const INVERSE_SQRT_TWO_PI: f32 = 0.39894228040143268;

/** y = gelu(x), [count]. */
export function gelu(x: usize, y: usize, count: i32): void {
  const end = x + (<usize>covered(count) << 2);
  for (; x < end; x += VECTOR, y += VECTOR) v128.store(y, valueOf(v128.load(x)));
  const rest = count & (LANES - 1);
  if (rest) storeSome(y, valueOf(loadSome(x, rest)), rest);
}

/** dx = dy gelu'(x), [count]. */
export function geluGradient(x: usize, dy: usize, dx: usize, count: i32): void {
  const end = x + (<usize>covered(count) << 2);
  for (; x < end; x += VECTOR, dy += VECTOR, dx += VECTOR)
    v128.store(dx, f32x4.mul(v128.load(dy), slopeAt(v128.load(x))));
  const rest = count & (LANES - 1);
  if (rest) storeSome(dx, f32x4.mul(loadSome(dy, rest), slopeAt(loadSome(x, rest))), rest);
}

// @ts-ignore: decorator
@inline
function cdf(x: v128): v128 {
  return madd(f32x4.splat(0.5), erf(f32x4.mul(x, f32x4.splat(SQRT_HALF))), f32x4.splat(0.5));
}

// @ts-ignore: decorator
@inline
function valueOf(x: v128): v128 {
  return f32x4.mul(x, cdf(x));
}

/** Phi(x) + x phi(x). */
// @ts-ignore: decorator
@inline
function slopeAt(x: v128): v128 {
  const density = exp(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
  return madd(f32x4.mul(x, f32x4.splat(INVERSE_SQRT_TWO_PI)), density, cdf(x));
}
