// AdamW's update of value and moments in place, in one pass; see backend/adamw.ts.

import { covered, LANES, loadSome, madd, storeSome, VECTOR } from "./vector";

export function adamW(
  value: usize,
  first: usize,
  second: usize,
  gradient: usize,
  count: i32,
  beta1: f32,
  beta2: f32,
  decay: f32,
  rate: f32,
  epsilon: f32,
): void {
  const whole = <usize>covered(count) << 2;
  const rest = count & (LANES - 1);
  for (let i: usize = 0; i < whole; i += VECTOR) {
    const g = v128.load(gradient + i);
    const m = moment(v128.load(first + i), g, beta1);
    const v = moment(v128.load(second + i), f32x4.mul(g, g), beta2);
    v128.store(first + i, m);
    v128.store(second + i, v);
    v128.store(value + i, moved(v128.load(value + i), m, v, decay, rate, epsilon));
  }
  if (rest) {
    const g = loadSome(gradient + whole, rest);
    const m = moment(loadSome(first + whole, rest), g, beta1);
    const v = moment(loadSome(second + whole, rest), f32x4.mul(g, g), beta2);
    storeSome(first + whole, m, rest);
    storeSome(second + whole, v, rest);
    storeSome(value + whole, moved(loadSome(value + whole, rest), m, v, decay, rate, epsilon), rest);
  }
}

/** beta m + (1 - beta) g. */
// @ts-ignore: decorator
@inline
function moment(m: v128, g: v128, beta: f32): v128 {
  return madd(m, f32x4.splat(beta), f32x4.mul(g, f32x4.splat(<f32>1 - beta)));
}

/** decay theta - rate m / (sqrt(v) + epsilon). */
// @ts-ignore: decorator
@inline
function moved(theta: v128, m: v128, v: v128, decay: f32, rate: f32, epsilon: f32): v128 {
  const change = f32x4.div(f32x4.mul(m, f32x4.splat(rate)), f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon)));
  return f32x4.sub(f32x4.mul(theta, f32x4.splat(decay)), change);
}
