// Moves blocks of up to four dimensions between layouts: transposes, slices, concatenations, rows by their number.

import { covered, VECTOR } from "./vector";

/** Copies a block with strides, in elements, on either side; the last axis is innermost. */
export function copyBlock(
  from: usize,
  to: usize,
  size0: i32,
  size1: i32,
  size2: i32,
  size3: i32,
  from0: i32,
  from1: i32,
  from2: i32,
  from3: i32,
  to0: i32,
  to1: i32,
  to2: i32,
  to3: i32,
): void {
  for (let i = 0; i < size0; i++) {
    for (let j = 0; j < size1; j++) {
      let x = from + (<usize>(i * from0 + j * from1) << 2);
      let y = to + (<usize>(i * to0 + j * to1) << 2);
      for (let k = 0; k < size2; k++, x += <usize>from2 << 2, y += <usize>to2 << 2) {
        if (from3 == 1 && to3 == 1) copyFloats(x, y, size3);
        else copyApart(x, y, size3, <usize>from3 << 2, <usize>to3 << 2);
      }
    }
  }
}

/** Rows of `width` floats by index; returns the position of the first invalid index, or -1. */
export function gather(from: usize, indices: usize, to: usize, count: i32, rows: i32, width: i32): i32 {
  const bytes = <usize>width << 2;
  for (let i = 0; i < count; i++, indices += 4, to += bytes) {
    const row = load<i32>(indices);
    if (row < 0 || row >= rows) return i;
    copyFloats(from + bytes * row, to, width);
  }
  return -1;
}

/** Adds rows up by their segment into to [segments, width]; rows with an invalid segment are left out. */
export function segmentSum(from: usize, segment: usize, to: usize, count: i32, segments: i32, width: i32): void {
  const bytes = <usize>width << 2;
  memory.fill(to, 0, bytes * segments);
  const whole = <usize>covered(width) << 2;
  for (let row = 0; row < count; row++, segment += 4, from += bytes) {
    const number = load<i32>(segment);
    if (number < 0 || number >= segments) continue;
    const sum = to + bytes * number;
    let i: usize = 0;
    for (; i < whole; i += VECTOR) v128.store(sum + i, f32x4.add(v128.load(sum + i), v128.load(from + i)));
    for (; i < bytes; i += 4) store<f32>(sum + i, load<f32>(sum + i) + load<f32>(from + i));
  }
}

// @ts-ignore: decorator
@inline
function copyFloats(from: usize, to: usize, count: i32): void {
  const whole = <usize>covered(count) << 2;
  let i: usize = 0;
  for (; i < whole; i += VECTOR) v128.store(to + i, v128.load(from + i));
  for (; i < <usize>count << 2; i += 4) store<f32>(to + i, load<f32>(from + i));
}

// @ts-ignore: decorator
@inline
function copyApart(from: usize, to: usize, count: i32, fromStep: usize, toStep: usize): void {
  for (let i = 0; i < count; i++, from += fromStep, to += toStep) store<f32>(to, load<f32>(from));
}
