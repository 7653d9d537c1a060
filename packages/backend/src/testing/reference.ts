/** The operations of Ops, written plainly in float64: the reference that the backends are tested against. */

import { elements } from "../shapes.ts";

/** Row-major values with a shape. */
export interface Reference {
  shape: readonly number[];
  data: Float64Array;
}

/** Calls `visit` with every index into a shape, in row-major order. */
export function forEachIndex(shape: readonly number[], visit: (index: number[], flat: number) => void): void {
  const index = shape.map(() => 0);
  for (let flat = 0; flat < elements(shape); flat++) {
    visit(index, flat);
    for (let d = shape.length - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}

/** The flat position of an index; dimensions of size 1 are broadcast, missing leading ones too. */
export function at(shape: readonly number[], index: readonly number[]): number {
  const skip = index.length - shape.length;
  return shape.reduce((flat, size, d) => flat * size + (size === 1 ? 0 : index[skip + d]!), 0);
}

/** A tensor whose elements are computed from their index. */
export function build(shape: readonly number[], element: (index: number[]) => number): Reference {
  const data = new Float64Array(elements(shape));
  forEachIndex(shape, (index, flat) => {
    data[flat] = element(index);
  });
  return { shape, data };
}

export function get(t: Reference, index: readonly number[]): number {
  return t.data[at(t.shape, index)]!;
}

export function map(t: Reference, f: (x: number) => number): Reference {
  return { shape: t.shape, data: t.data.map(f) };
}

/** f over two tensors that broadcast. */
export function zip(a: Reference, b: Reference, f: (x: number, y: number) => number): Reference {
  const rank = Math.max(a.shape.length, b.shape.length);
  const size = (shape: readonly number[], d: number) => shape[d - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, d) => Math.max(size(a.shape, d), size(b.shape, d)));
  return build(shape, (index) => f(get(a, index), get(b, index)));
}

/** Over negative axes too. */
export function sum(t: Reference, axes: readonly number[], keepDims: boolean): Reference {
  const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + t.shape.length : axis)));
  const kept = t.shape.map((size, d) => (reduced.has(d) ? 1 : size));
  const data = new Float64Array(elements(kept));
  forEachIndex(t.shape, (index, flat) => {
    data[at(kept, index)]! += t.data[flat]!;
  });
  return { shape: keepDims ? kept : t.shape.filter((_, d) => !reduced.has(d)), data };
}

export function matMul(a: Reference, b: Reference, transposeA = false, transposeB = false): Reference {
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const [rowOfA, columnOfA] = transposeA ? [1, rows] : [inner, 1];
  const [rowOfB, columnOfB] = transposeB ? [1, inner] : [columns, 1];
  return build([...a.shape.slice(0, -2), rows, columns], (index) => {
    const batch = at(a.shape.slice(0, -2), index.slice(0, -2));
    const [i, j] = index.slice(-2) as [number, number];
    const left = batch * rows * inner + i * rowOfA;
    const right = batch * inner * columns + j * columnOfB;
    let total = 0;
    for (let k = 0; k < inner; k++) total += a.data[left + k * columnOfA]! * b.data[right + k * rowOfB]!;
    return total;
  });
}

/** Along the last axis. */
export function softmax(t: Reference): Reference {
  return map(logSoftmax(t), Math.exp);
}

/** Along the last axis. */
export function logSoftmax(t: Reference): Reference {
  const width = t.shape.at(-1)!;
  const data = new Float64Array(t.data.length);
  for (let row = 0; row < data.length; row += width) {
    const values = t.data.subarray(row, row + width);
    const largest = values.reduce((m, x) => Math.max(m, x), Number.NEGATIVE_INFINITY);
    const logSum = largest + Math.log(values.reduce((total, x) => total + Math.exp(x - largest), 0));
    for (let i = 0; i < width; i++) data[row + i] = values[i]! - logSum;
  }
  return { shape: t.shape, data };
}

/** The standard normal distribution function. */
export function normalCdf(x: number): number {
  // Phi(x) = 1/2 + phi(x) sum x^(2n+1) / (2n+1)!!, all terms of one sign; beyond 9 it is 0 or 1 in float32.
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let term = x;
  let total = x;
  for (let n = 1; n < 300; n++) {
    term *= (x * x) / (2 * n + 1);
    total += term;
  }
  return 0.5 + total * normalDensity(x);
}

export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}
