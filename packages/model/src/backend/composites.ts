/** Operations that no library offers, made of those that all do. What lies in between is freed on the way. */

import type { Normalized, Ops, Tensor } from "./ops.ts";

/** What composites are made of. */
export interface Primitives
  extends Pick<
    Ops,
    | "add"
    | "subtract"
    | "multiply"
    | "scale"
    | "square"
    | "rsqrt"
    | "exp"
    | "sum"
    | "mean"
    | "concat"
    | "matMul"
    | "scope"
    | "dispose"
  > {
  /** The error function. */
  erf(t: Tensor): Tensor;
  /** t plus a constant. */
  addConstant(t: Tensor, constant: number): Tensor;
}

/** See {@link Ops.gelu}: x (1 + erf(x / sqrt 2)) / 2. */
export function gelu(ops: Primitives, x: Tensor): Tensor {
  let y = ops.scale(x, Math.SQRT1_2);
  y = instead(ops, y, ops.erf(y));
  y = instead(ops, y, ops.addConstant(y, 1));
  y = instead(ops, y, ops.multiply(y, x));
  return instead(ops, y, ops.scale(y, 0.5));
}

/** See {@link Ops.geluGradient}: dy ((1 + erf(u)) / 2 + u exp(-u^2) / sqrt pi) with u = x / sqrt 2. */
export function geluGradient(ops: Primitives, x: Tensor, dy: Tensor): Tensor {
  const u = ops.scale(x, Math.SQRT1_2);
  let slope = ops.square(u);
  slope = instead(ops, slope, ops.scale(slope, -1));
  slope = instead(ops, slope, ops.exp(slope));
  slope = instead(ops, slope, ops.multiply(slope, u));
  slope = instead(ops, slope, ops.scale(slope, 2 / Math.sqrt(Math.PI)));
  let twice = instead(ops, u, ops.erf(u));
  twice = instead(ops, twice, ops.addConstant(twice, 1));
  twice = instead(ops, twice, ops.add(twice, slope));
  ops.dispose(slope);
  twice = instead(ops, twice, ops.multiply(twice, dy));
  return instead(ops, twice, ops.scale(twice, 0.5));
}

/** See {@link Ops.softmaxGradient}: p (dp - sum(dp p)). */
export function softmaxGradient(ops: Primitives, p: Tensor, dp: Tensor): Tensor {
  const weighted = ops.multiply(dp, p);
  const total = instead(ops, weighted, ops.sum(weighted, [-1], true));
  const centred = instead(ops, total, ops.subtract(dp, total));
  return instead(ops, centred, ops.multiply(centred, p));
}

/** See {@link Ops.matMulJoined}. */
export function matMulJoined(
  ops: Primitives,
  left: readonly Tensor[],
  right: readonly Tensor[],
  transposeRight: boolean,
  bias?: Tensor,
): Tensor {
  return ops.scope(() => {
    const products =
      left.length === right.length
        ? left.map((a, i) => ops.matMul(a, right[i]!, false, transposeRight))
        : [ops.matMul(left[0]!, ops.concat(right, transposeRight ? 1 : 0), false, transposeRight)];
    const product = products.reduce((sum, next) => ops.add(sum, next));
    return bias ? ops.add(product, bias) : product;
  });
}

/** See {@link Ops.linear}. */
export function linear(ops: Primitives, x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = ops.matMul(x, weight, false, true);
  return bias ? instead(ops, product, ops.add(product, bias)) : product;
}

/** See {@link Ops.normalize}. */
export function normalize(ops: Primitives, x: Tensor, epsilon: number, centred: boolean): Normalized {
  return ops.scope(() => {
    const deviation = centred ? x : ops.subtract(x, ops.mean(x, [-1], true));
    const rstd = ops.rsqrt(ops.mean(ops.square(deviation), [-1], true), epsilon);
    return { xhat: ops.multiply(deviation, rstd), rstd };
  });
}

/** See {@link Ops.normalizeGradient}. */
export function normalizeGradient(
  ops: Primitives,
  { xhat, rstd }: Normalized,
  gradient: Tensor,
  centred: boolean,
): Tensor {
  return ops.scope(() => {
    const along = ops.mean(ops.multiply(gradient, xhat), [-1], true);
    let dx = ops.subtract(gradient, ops.multiply(xhat, along));
    if (!centred) dx = ops.subtract(dx, ops.mean(gradient, [-1], true));
    return ops.multiply(dx, rstd);
  });
}

/** `next`, after freeing what it was made of. */
export function instead(ops: Pick<Ops, "dispose">, used: Tensor, next: Tensor): Tensor {
  ops.dispose(used);
  return next;
}
