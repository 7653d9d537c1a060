// Packs blocks of matrices in the order in which the micro-kernel reads them: panels of `width` lines (MR rows of the
// left factor or NR columns of the right one), for each depth the panel's elements together, padded with zeros.

/** Packs `count` lines whose elements are interleaved: element k of line l is at from + k * stride + 4 * l. */
export function packAcross(from: usize, to: usize, count: i32, depth: i32, stride: usize, width: i32): void {
  for (let line = 0; line < count; line += width, from += <usize>width << 2) {
    const lines = min(width, count - line);
    let at = from;
    if (lines == 8) {
      for (let k = 0; k < depth; k++, at += stride, to += 32) {
        v128.store(to, v128.load(at));
        v128.store(to, v128.load(at, 16), 16);
      }
    } else if (lines == 6) {
      for (let k = 0; k < depth; k++, at += stride, to += <usize>width << 2) {
        v128.store(to, v128.load(at));
        store<u64>(to, load<u64>(at, 16), 16);
        if (width == 8) store<u64>(to, 0, 24);
      }
    } else {
      for (let k = 0; k < depth; k++, at += stride)
        for (let l = 0; l < width; l++, to += 4) store<f32>(to, l < lines ? load<f32>(at + (<usize>l << 2)) : 0);
    }
  }
}

/** Packs `count` contiguous lines: element k of line l is at from + l * stride + 4 * k. */
export function packAlong(from: usize, to: usize, count: i32, depth: i32, stride: usize, width: i32): void {
  const panel = (<usize>(width * depth)) << 2;
  for (let line = 0; line < count; line += width, from += stride * width, to += panel) {
    const lines = min(width, count - line);
    let l = 0;
    for (; l + 4 <= lines; l += 4)
      transposeFour(from + stride * l, to + (<usize>l << 2), depth, stride, <usize>width << 2);
    for (; l < width; l++) copyLine(from + stride * l, to + (<usize>l << 2), depth, <usize>width << 2, l < lines);
  }
}

/** Transposes four lines of `depth` elements into groups of four, `step` bytes apart. */
function transposeFour(from: usize, to: usize, depth: i32, stride: usize, step: usize): void {
  const second = from + stride;
  const third = second + stride;
  const fourth = third + stride;
  const whole = <usize>(depth & ~3) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const a = v128.load(from + i);
    const b = v128.load(second + i);
    const c = v128.load(third + i);
    const d = v128.load(fourth + i);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to + step, v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<i64>(AB, CD, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<i64>(AB, CD, 1, 3));
    to += 4 * step;
  }
  for (; i < <usize>depth << 2; i += 4, to += step) {
    store<f32>(to, load<f32>(from + i));
    store<f32>(to, load<f32>(second + i), 4);
    store<f32>(to, load<f32>(third + i), 8);
    store<f32>(to, load<f32>(fourth + i), 12);
  }
}

/** Copies a line's elements, or zeros in their place, `step` bytes apart. */
function copyLine(from: usize, to: usize, depth: i32, step: usize, exists: bool): void {
  for (let k = 0; k < depth; k++, from += 4, to += step) store<f32>(to, exists ? load<f32>(from) : 0);
}
