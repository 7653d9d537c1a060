// Small linear algebra over contiguous rows of `size` floats.

import { covered, madd, total, VECTOR } from "./vector";

/** out[i] = query . row i, for `count` rows. */
export function dots(query: usize, rows: usize, out: usize, count: i32, size: i32): void {
  const stride = <usize>size << 2;
  const whole = <usize>covered(size) << 2;
  let i = 0;
  for (; i + 4 <= count; i += 4, rows += 4 * stride, out += VECTOR) {
    const second = rows + stride;
    const third = second + stride;
    const fourth = third + stride;
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += VECTOR) {
      const q = v128.load(query + at);
      a = madd(q, v128.load(rows + at), a);
      b = madd(q, v128.load(second + at), b);
      c = madd(q, v128.load(third + at), c);
      d = madd(q, v128.load(fourth + at), d);
    }
    const low = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const high = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    let sums = f32x4.add(v128.shuffle<i64>(low, high, 0, 2), v128.shuffle<i64>(low, high, 1, 3));
    for (let at = whole; at < stride; at += 4) {
      const q = f32x4.splat(load<f32>(query + at));
      let column = f32x4.splat(load<f32>(rows + at));
      column = f32x4.replace_lane(column, 1, load<f32>(second + at));
      column = f32x4.replace_lane(column, 2, load<f32>(third + at));
      column = f32x4.replace_lane(column, 3, load<f32>(fourth + at));
      sums = madd(q, column, sums);
    }
    v128.store(out, sums);
  }
  for (; i < count; i++, rows += stride, out += 4) {
    let a = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += VECTOR) a = madd(v128.load(query + at), v128.load(rows + at), a);
    let sum = total(a);
    for (let at = whole; at < stride; at += 4) sum += load<f32>(query + at) * load<f32>(rows + at);
    store<f32>(out, sum);
  }
}

/** out += sum of factors[i] times row i, over `count` rows. */
export function addWeighted(factors: usize, rows: usize, out: usize, count: i32, size: i32): void {
  const stride = <usize>size << 2;
  const whole = <usize>covered(size) << 2;
  let i = 0;
  for (; i + 4 <= count; i += 4, rows += 4 * stride, factors += VECTOR) {
    const second = rows + stride;
    const third = second + stride;
    const fourth = third + stride;
    const a = v128.load32_splat(factors);
    const b = v128.load32_splat(factors, 4);
    const c = v128.load32_splat(factors, 8);
    const d = v128.load32_splat(factors, 12);
    for (let at: usize = 0; at < whole; at += VECTOR) {
      let sum = madd(a, v128.load(rows + at), v128.load(out + at));
      sum = madd(b, v128.load(second + at), sum);
      sum = madd(c, v128.load(third + at), sum);
      v128.store(out + at, madd(d, v128.load(fourth + at), sum));
    }
    for (let at = whole; at < stride; at += 4) {
      let sum = load<f32>(out + at) + load<f32>(factors) * load<f32>(rows + at);
      sum += load<f32>(factors, 4) * load<f32>(second + at) + load<f32>(factors, 8) * load<f32>(third + at);
      store<f32>(out + at, sum + load<f32>(factors, 12) * load<f32>(fourth + at));
    }
  }
  for (; i < count; i++, rows += stride, factors += 4) addScaled(out, load<f32>(factors), rows, size);
}

/** to += factor from. */
// @ts-ignore: decorator
@inline
export function addScaled(to: usize, factor: f32, from: usize, size: i32): void {
  const whole = <usize>covered(size) << 2;
  const f = f32x4.splat(factor);
  let at: usize = 0;
  for (; at < whole; at += VECTOR) v128.store(to + at, madd(f, v128.load(from + at), v128.load(to + at)));
  for (; at < <usize>size << 2; at += 4) store<f32>(to + at, load<f32>(to + at) + factor * load<f32>(from + at));
}

/** Whether `count` floats are all 0. */
export function allZero(from: usize, count: i32): bool {
  for (let i = 0; i < count; i++, from += 4) if (load<f32>(from) != 0) return false;
  return true;
}
