// Softmax over the last axis, and its gradient; see Ops.softmax.

import { exp } from "./math";
import { covered, LANES, largest, loadSome, madd, storeSome, total, VECTOR } from "./vector";

/** Softmax of rows [rows, width]. */
export function softmax(x: usize, p: usize, rows: i32, width: i32): void {
  const whole = <usize>covered(width) << 2;
  const rest = width & (LANES - 1);
  const stride = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += stride, p += stride) {
    let most = f32x4.splat(-Infinity);
    for (let i: usize = 0; i < whole; i += VECTOR) most = f32x4.max(most, v128.load(x + i));
    let top = largest(most);
    for (let i = whole; i < stride; i += 4) top = max(top, load<f32>(x + i));
    const highest = f32x4.splat(top);
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += VECTOR) {
      const e = exp(f32x4.sub(v128.load(x + i), highest));
      v128.store(p + i, e);
      sum = f32x4.add(sum, e);
    }
    let all = total(sum);
    if (rest) {
      storeSome(p + whole, exp(f32x4.sub(loadSome(x + whole, rest), highest)), rest);
      for (let i = whole; i < stride; i += 4) all += load<f32>(p + i);
    }
    const share: f32 = <f32>1 / all;
    for (let i: usize = 0; i < whole; i += VECTOR)
      v128.store(p + i, f32x4.mul(v128.load(p + i), f32x4.splat(share)));
    for (let i = whole; i < stride; i += 4) store<f32>(p + i, load<f32>(p + i) * share);
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
