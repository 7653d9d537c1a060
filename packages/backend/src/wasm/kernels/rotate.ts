// Rotary positions (Su et al. 2021): dimension i of a head rotates with i + half.

import { covered, madd, VECTOR } from "./vector";

/**
 * to = scale times the `size` floats at `from`, the first 2 half of them rotated.
 *
 * @param direction 1, or -1 to rotate back
 */
export function rotate(
  from: usize,
  to: usize,
  cosine: usize,
  sine: usize,
  half: i32,
  size: i32,
  direction: f32,
  scale: f32,
): void {
  const middle = <usize>half << 2;
  const whole = <usize>covered(half) << 2;
  let i: usize = 0;
  for (; i < whole; i += VECTOR) {
    const c = f32x4.mul(v128.load(cosine + i), f32x4.splat(scale));
    const s = f32x4.mul(v128.load(sine + i), f32x4.splat(direction * scale));
    const first = v128.load(from + i);
    const second = v128.load(from + middle + i);
    v128.store(to + i, f32x4.sub(f32x4.mul(first, c), f32x4.mul(second, s)));
    v128.store(to + middle + i, madd(second, c, f32x4.mul(first, s)));
  }
  for (; i < middle; i += 4) {
    const c = load<f32>(cosine + i) * scale;
    const s = load<f32>(sine + i) * direction * scale;
    const first = load<f32>(from + i);
    const second = load<f32>(from + middle + i);
    store<f32>(to + i, first * c - second * s);
    store<f32>(to + middle + i, second * c + first * s);
  }
  for (i = 2 * middle; i < <usize>size << 2; i += 4) store<f32>(to + i, load<f32>(from + i) * scale);
}
