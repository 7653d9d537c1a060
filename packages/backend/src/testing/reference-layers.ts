/** The layers of Ops, written plainly in float64; gradients are differences of their values. */

import type { ReferenceTree } from "./random-tree.ts";
import { build, matMul, type Reference, sum, zip } from "./reference.ts";

/** x W^T + b over rows. */
export function linear(x: Reference, weight: Reference, bias?: Reference): Reference {
  const product = matMul(x, weight, false, true);
  return bias ? zip(product, bias, (a, b) => a + b) : product;
}

/** Rows minus their mean, over the root of their variance plus epsilon. */
export function normalize(x: Reference, epsilon: number, centred: boolean) {
  const width = x.shape.at(-1)!;
  const mean = (t: Reference) => zip(sum(t, [-1], true), scalar(width), (a, n) => a / n);
  const deviation = centred ? x : zip(x, mean(x), (a, b) => a - b);
  const variance = mean(zip(deviation, deviation, (a, b) => a * b));
  const rstd = zip(variance, scalar(epsilon), (a, b) => 1 / Math.sqrt(a + b));
  return { xhat: zip(deviation, rstd, (a, b) => a * b), rstd };
}

/** Each row's values mixed by a softmax over its own and its ancestors' keys, [R, d]. */
export function attend(qkv: Reference, past: Reference, tree: ReferenceTree): Reference {
  const { heads, half, ancestors } = tree;
  const size = qkv.shape[1]! / (3 * heads);
  const pastRows = past.shape[0]!;
  const width = 3 * heads * size;
  const raw = (row: number, head: number, port: number, i: number): number => {
    const column = (head * 3 + port) * size + i;
    return row < pastRows ? past.data[row * width + column]! : qkv.data[(row - pastRows) * width + column]!;
  };
  const turned = (row: number, head: number, port: number): Float64Array =>
    new Float64Array(size).map((_, i) => {
      const value = raw(row, head, port, i);
      if (i >= 2 * half) return value;
      const angle = row * half + (i % half);
      const other = i < half ? -raw(row, head, port, i + half) : raw(row, head, port, i - half);
      return value * tree.cosine.data[angle]! + other * tree.sine.data[angle]!;
    });
  const z = new Float64Array(ancestors.length * heads * size);
  for (let head = 0; head < heads; head++) {
    const keys = Array.from({ length: pastRows + ancestors.length }, (_, row) => turned(row, head, 1));
    ancestors.forEach((list, r) => {
      const query = turned(pastRows + r, head, 0);
      const scores = list.map((j) => dot(query, keys[j]!) / Math.sqrt(size));
      const largest = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - largest));
      const total = weights.reduce((a, b) => a + b);
      for (let i = 0; i < size; i++)
        z[(r * heads + head) * size + i] = list.reduce(
          (mixed, j, n) => mixed + (weights[n]! / total) * raw(j, head, 2, i),
          0,
        );
    });
  }
  return { shape: [ancestors.length, heads * size], data: z };
}

/** The step of a central difference in float64: its error is some 1e-10 of the third derivative. */
const STEP = 1e-5;

/** The gradient of sum(dy f(x)) at x, element by element. */
export function gradient(f: (x: Reference) => Reference, x: Reference, dy: Reference): Reference {
  const data = x.data.slice();
  const valueAt = (i: number, value: number) => {
    data[i] = value;
    return dot(f({ shape: x.shape, data }).data, dy.data);
  };
  const slopes = x.data.map((value, i) => {
    const slope = (valueAt(i, value + STEP) - valueAt(i, value - STEP)) / (2 * STEP);
    data[i] = value;
    return slope;
  });
  return { shape: x.shape, data: slopes };
}

function scalar(value: number): Reference {
  return build([], () => value);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
