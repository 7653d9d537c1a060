// Softmax over the last axis and related operations; see Ops.softmax, logSoftmax, softmaxGradient and crossEntropy.

import { exp } from "./math";
import { covered, LANES, largest, loadSome, madd, storeSome, total, VECTOR } from "./vector";

/** The host's natural logarithm. */
@external("env", "log")
declare function log(x: f64): f64;

/** Softmax of rows [rows, width]. */
export function softmax(x: usize, p: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++, x += <usize>width << 2, p += <usize>width << 2) {
    const share: f32 = <f32>1 / exponentials(x, p, width, highest(x, width));
    scaleRow(p, width, share);
  }
}

/** log(softmax) of rows [rows, width]. */
export function logSoftmax(x: usize, y: usize, rows: i32, width: i32): void {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  for (let row = 0; row < rows; row++, x += <usize>width << 2, y += <usize>width << 2) {
    const top = highest(x, width);
    const logSum = f32x4.splat(<f32>(<f64>top + log(exponentials(x, y, width, top))));
    for (let i: usize = 0; i < whole; i += VECTOR) v128.store(y + i, f32x4.sub(v128.load(x + i), logSum));
    if (rest) storeSome(y + whole, f32x4.sub(loadSome(x + whole, rest), logSum), rest);
  }
}

/** Cross entropies [rows] of logits x [rows, width] and labels [rows], and their gradients [rows, width]. */
export function crossEntropy(
  x: usize,
  labels: usize,
  losses: usize,
  gradient: usize,
  rows: i32,
  width: i32,
): void {
  const stride = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += stride, gradient += stride, labels += 4, losses += 4) {
    const top = highest(x, width);
    const sum = exponentials(x, gradient, width, top);
    scaleRow(gradient, width, <f32>1 / sum);
    const label = <usize>load<i32>(labels) << 2;
    store<f32>(gradient + label, load<f32>(gradient + label) - 1);
    store<f32>(losses, <f32>(<f64>top + log(sum) - <f64>load<f32>(x + label)));
  }
}

/** p (dp - sum(dp p)) of rows [rows, width]. */
export function softmaxGradient(p: usize, dp: usize, dx: usize, rows: i32, width: i32): void {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  const stride = <usize>width << 2;
  for (let row = 0; row < rows; row++, p += stride, dp += stride, dx += stride) {
    let products = rest ? f32x4.mul(loadSome(p + whole, rest), loadSome(dp + whole, rest)) : f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += VECTOR) products = madd(v128.load(p + i), v128.load(dp + i), products);
    const along = f32x4.splat(total(products));
    for (let i: usize = 0; i < whole; i += VECTOR)
      v128.store(dx + i, f32x4.mul(v128.load(p + i), f32x4.sub(v128.load(dp + i), along)));
    if (rest) {
      const across = f32x4.sub(loadSome(dp + whole, rest), along);
      storeSome(dx + whole, f32x4.mul(loadSome(p + whole, rest), across), rest);
    }
  }
}

function highest(x: usize, width: i32): f32 {
  const whole = <usize>covered(width) << 2;
  let most = f32x4.splat(-Infinity);
  for (let i: usize = 0; i < whole; i += VECTOR) most = f32x4.max(most, v128.load(x + i));
  let top = largest(most);
  for (let i = whole; i < <usize>width << 2; i += 4) top = max(top, load<f32>(x + i));
  return top;
}

/** Puts e^(x - top) into p and returns the sum. */
function exponentials(x: usize, p: usize, width: i32, top: f32): f32 {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < whole; i += VECTOR) {
    const e = exp(f32x4.sub(v128.load(x + i), f32x4.splat(top)));
    v128.store(p + i, e);
    sum = f32x4.add(sum, e);
  }
  let all = total(sum);
  if (rest) {
    storeSome(p + whole, exp(f32x4.sub(loadSome(x + whole, rest), f32x4.splat(top))), rest);
    for (let i = whole; i < <usize>width << 2; i += 4) all += load<f32>(p + i);
  }
  return all;
}

// @ts-ignore: decorator
@inline
function scaleRow(p: usize, width: i32, factor: f32): void {
  const whole = <usize>covered(width) << 2;
  for (let i: usize = 0; i < whole; i += VECTOR)
    v128.store(p + i, f32x4.mul(v128.load(p + i), f32x4.splat(factor)));
  for (let i = whole; i < <usize>width << 2; i += 4) store<f32>(p + i, load<f32>(p + i) * factor);
}
