// Four floats at once.

/** Floats per vector, and their bytes. */
export const LANES: i32 = 4;
export const VECTOR: usize = 16;

/** `count` rounded down to whole vectors. */
// @ts-ignore: decorator
@inline
export function covered(count: i32): i32 {
  return count & ~3;
}

/** a b + c, fused if the engine supports it. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  else return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function total(a: v128): f32 {
  const halves = f32x4.add(a, i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(halves, 0) + f32x4.extract_lane(halves, 1);
}

// @ts-ignore: decorator
@inline
export function largest(a: v128): f32 {
  const halves = f32x4.max(a, i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max(f32x4.extract_lane(halves, 0), f32x4.extract_lane(halves, 1));
}

/** The first `count` floats at `from`, fewer than four, then zeros. */
export function loadSome(from: usize, count: i32): v128 {
  let v = f32x4.splat(0);
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(from, 8));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(from, 4));
  return f32x4.replace_lane(v, 0, load<f32>(from));
}

/** Stores the first `count` floats of `v`, fewer than four. */
export function storeSome(to: usize, v: v128, count: i32): void {
  store<f32>(to, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(v, 2), 8);
}
