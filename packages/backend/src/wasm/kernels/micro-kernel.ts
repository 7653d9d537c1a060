// The micro-kernel of a matrix product: MR rows by NR columns, whose sums fill the registers.

import { madd } from "./vector";

export const MR: i32 = 6;
export const NR: i32 = 8;

/**
 * to = from + a b, with a packed as [depth, 6] and b as [depth, 8]; rows of `from` and `to` are `fromStride` and
 * `toStride` bytes apart.
 */
export function microKernel(
  a: usize,
  b: usize,
  depth: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
): void {
  let c00 = v128.load(from);
  let c01 = v128.load(from, 16);
  from += fromStride;
  let c10 = v128.load(from);
  let c11 = v128.load(from, 16);
  from += fromStride;
  let c20 = v128.load(from);
  let c21 = v128.load(from, 16);
  from += fromStride;
  let c30 = v128.load(from);
  let c31 = v128.load(from, 16);
  from += fromStride;
  let c40 = v128.load(from);
  let c41 = v128.load(from, 16);
  from += fromStride;
  let c50 = v128.load(from);
  let c51 = v128.load(from, 16);
  for (let k = 0; k < depth; k++, a += 24, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    const a4 = v128.load32_splat(a, 16);
    c40 = madd(a4, b0, c40);
    c41 = madd(a4, b1, c41);
    const a5 = v128.load32_splat(a, 20);
    c50 = madd(a5, b0, c50);
    c51 = madd(a5, b1, c51);
  }
  v128.store(to, c00);
  v128.store(to, c01, 16);
  to += toStride;
  v128.store(to, c10);
  v128.store(to, c11, 16);
  to += toStride;
  v128.store(to, c20);
  v128.store(to, c21, 16);
  to += toStride;
  v128.store(to, c30);
  v128.store(to, c31, 16);
  to += toStride;
  v128.store(to, c40);
  v128.store(to, c41, 16);
  to += toStride;
  v128.store(to, c50);
  v128.store(to, c51, 16);
}
