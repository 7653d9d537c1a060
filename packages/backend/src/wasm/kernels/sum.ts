// Sums along the middle of three dimensions.

import { covered, LANES, loadSome, total, VECTOR } from "./vector";

/** y[o, i] = factor times the sum of x[o, :, i], with x [outer, summed, inner]. */
export function sumMiddle(x: usize, y: usize, outer: i32, summed: i32, inner: i32, factor: f32): void {
  const bytes = <usize>inner << 2;
  for (let o = 0; o < outer; o++, x += bytes * summed, y += bytes) {
    if (inner == 1) store<f32>(y, sumRow(x, summed) * factor);
    else sumRows(x, y, summed, inner, factor);
  }
}

// @ts-ignore: decorator
@inline
function sumRow(x: usize, count: i32): f32 {
  const end = x + (<usize>covered(count) << 2);
  const rest = count & (LANES - 1);
  let sum = rest ? loadSome(end, rest) : f32x4.splat(0);
  for (; x < end; x += VECTOR) sum = f32x4.add(sum, v128.load(x));
  return total(sum);
}

// @ts-ignore: decorator
@inline
function sumRows(x: usize, y: usize, rows: i32, width: i32, factor: f32): void {
  const bytes = <usize>width << 2;
  const whole = <usize>covered(width) << 2;
  memory.fill(y, 0, bytes);
  for (let row = 0; row < rows; row++, x += bytes) {
    let i: usize = 0;
    for (; i < whole; i += VECTOR) v128.store(y + i, f32x4.add(v128.load(y + i), v128.load(x + i)));
    for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(x + i));
  }
  if (factor != 1) for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) * factor);
}
