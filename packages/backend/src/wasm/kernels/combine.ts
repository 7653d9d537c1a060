// Sums, differences and products of two tensors, element by element; broadcast dimensions have steps of 0.

import { covered, LANES, loadSome, storeSome, VECTOR } from "./vector";

const ADD: i32 = 0;
const SUBTRACT: i32 = 1;
const MULTIPLY: i32 = 2;

/** c = a op b over up to four dimensions; c is contiguous, and steps of the innermost dimension are 1 or 0. */
export function combine(
  op: i32,
  a: usize,
  b: usize,
  c: usize,
  size0: i32,
  size1: i32,
  size2: i32,
  size3: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  b3: i32,
): void {
  for (let i = 0; i < size0; i++) {
    for (let j = 0; j < size1; j++) {
      let x = a + (<usize>(i * a0 + j * a1) << 2);
      let y = b + (<usize>(i * b0 + j * b1) << 2);
      for (let k = 0; k < size2; k++, x += <usize>a2 << 2, y += <usize>b2 << 2, c += <usize>size3 << 2) {
        if (op == ADD) combineRow(ADD, x, y, c, size3, a3, b3);
        else if (op == SUBTRACT) combineRow(SUBTRACT, x, y, c, size3, a3, b3);
        else combineRow(MULTIPLY, x, y, c, size3, a3, b3);
      }
    }
  }
}

/** y = factor x, [count]. */
export function scale(x: usize, y: usize, count: i32, factor: f32): void {
  const end = x + (<usize>covered(count) << 2);
  for (; x < end; x += VECTOR, y += VECTOR) v128.store(y, f32x4.mul(v128.load(x), f32x4.splat(factor)));
  const rest = count & (LANES - 1);
  if (rest) storeSome(y, f32x4.mul(loadSome(x, rest), f32x4.splat(factor)), rest);
}

// @ts-ignore: decorator
@inline
function combineRow(op: i32, a: usize, b: usize, c: usize, count: i32, stepA: i32, stepB: i32): void {
  const whole = <usize>covered(count) << 2;
  const rest = count & (LANES - 1);
  if (stepA && stepB) {
    for (let i: usize = 0; i < whole; i += VECTOR) v128.store(c + i, apply(op, v128.load(a + i), v128.load(b + i)));
    if (rest) storeSome(c + whole, apply(op, loadSome(a + whole, rest), loadSome(b + whole, rest)), rest);
  } else if (stepA) {
    const y = v128.load32_splat(b);
    for (let i: usize = 0; i < whole; i += VECTOR) v128.store(c + i, apply(op, v128.load(a + i), y));
    if (rest) storeSome(c + whole, apply(op, loadSome(a + whole, rest), y), rest);
  } else if (stepB) {
    const x = v128.load32_splat(a);
    for (let i: usize = 0; i < whole; i += VECTOR) v128.store(c + i, apply(op, x, v128.load(b + i)));
    if (rest) storeSome(c + whole, apply(op, x, loadSome(b + whole, rest)), rest);
  } else {
    const z = apply(op, v128.load32_splat(a), v128.load32_splat(b));
    for (let i: usize = 0; i < whole; i += VECTOR) v128.store(c + i, z);
    if (rest) storeSome(c + whole, z, rest);
  }
}

// @ts-ignore: decorator
@inline
function apply(op: i32, a: v128, b: v128): v128 {
  return op == ADD ? f32x4.add(a, b) : op == SUBTRACT ? f32x4.sub(a, b) : f32x4.mul(a, b);
}
