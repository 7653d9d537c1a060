/** Operations that no library offers, composed of those that all do. Intermediate tensors are freed on the way. */

import { attend, attendGradient } from "./composite-attention.ts";
import type { AttentionTree, Normalized, Ops, Tensor } from "./ops.ts";
import { assertGrouped, assertMultiplyAdd, assertRows, assertTarget, matMulSizes } from "./shapes.ts";

/** A backend whose library has the usual operations; it may override composites with its own. */
export abstract class CompositeOps {
  // The operations that composites use.
  abstract dispose(...tensors: Tensor[]): void;
  abstract scope<T>(body: () => T): T;
  abstract tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor;
  abstract reshape(t: Tensor, shape: readonly number[]): Tensor;
  abstract transpose(t: Tensor, permutation: readonly number[]): Tensor;
  abstract concat(tensors: readonly Tensor[], axis: number): Tensor;
  abstract slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  abstract gather(t: Tensor, indices: Tensor): Tensor;
  abstract segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor;
  abstract add(a: Tensor, b: Tensor): Tensor;
  abstract subtract(a: Tensor, b: Tensor): Tensor;
  abstract multiply(a: Tensor, b: Tensor): Tensor;
  abstract scale(t: Tensor, factor: number): Tensor;
  abstract square(t: Tensor): Tensor;
  abstract rsqrt(t: Tensor, epsilon: number): Tensor;
  abstract exp(t: Tensor): Tensor;
  abstract sum(t: Tensor, axes: readonly number[], keepDims?: boolean): Tensor;
  abstract mean(t: Tensor, axes: readonly number[], keepDims?: boolean): Tensor;
  /** The matrix product of operands with checked shapes. */
  protected abstract product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  abstract softmax(t: Tensor): Tensor;
  abstract logSoftmax(t: Tensor): Tensor;
  /** The error function. */
  protected abstract erf(t: Tensor): Tensor;
  protected abstract sqrt(t: Tensor): Tensor;
  /** t plus a constant. */
  protected abstract addConstant(t: Tensor, constant: number): Tensor;

  /** See {@link Ops.matMul}. */
  matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false, factor = 1): Tensor {
    matMulSizes(a.shape, b.shape, transposeA, transposeB);
    const product = this.product(a, b, transposeA, transposeB);
    return factor === 1 ? product : instead(this, product, this.scale(product, factor));
  }

  /** See {@link Ops.matMulGrouped}. */
  matMulGrouped(a: Tensor, b: Tensor, chosen: readonly number[], transposeB = false): Tensor {
    assertGrouped(a.shape, b.shape, chosen, transposeB);
    if (chosen.length === b.shape[0] && chosen.every((number, i) => number === i))
      return this.matMul(a, b, false, transposeB);
    return this.scope(() => {
      const matrices = this.gather(b, this.tensor(Int32Array.from(chosen), [chosen.length]));
      return this.matMul(a, matrices, false, transposeB);
    });
  }

  /** See {@link Ops.multiplyAdd}. */
  multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor {
    assertMultiplyAdd(x.shape, factor.shape, addend.shape);
    const product = this.multiply(x, factor);
    return instead(this, product, this.add(product, addend));
  }

  /** See {@link Ops.norm}. */
  norm(tensors: readonly Tensor[]): Tensor {
    return this.scope(() => {
      const squares = tensors.map((t) => {
        const axes = t.shape.map((_, axis) => axis);
        return this.reshape(this.sum(this.square(t), axes), [1]);
      });
      return this.sqrt(this.sum(this.concat(squares, 0), [0]));
    });
  }

  /** See {@link Ops.gelu}: x (1 + erf(x / sqrt 2)) / 2. */
  gelu(x: Tensor): Tensor {
    let y = this.scale(x, Math.SQRT1_2);
    y = instead(this, y, this.erf(y));
    y = instead(this, y, this.addConstant(y, 1));
    y = instead(this, y, this.multiply(y, x));
    return instead(this, y, this.scale(y, 0.5));
  }

  /** See {@link Ops.geluGradient}: dy ((1 + erf(u)) / 2 + u exp(-u^2) / sqrt pi) with u = x / sqrt 2. */
  geluGradient(x: Tensor, dy: Tensor): Tensor {
    const u = this.scale(x, Math.SQRT1_2);
    let slope = this.square(u);
    slope = instead(this, slope, this.scale(slope, -1));
    slope = instead(this, slope, this.exp(slope));
    slope = instead(this, slope, this.multiply(slope, u));
    slope = instead(this, slope, this.scale(slope, 2 / Math.sqrt(Math.PI)));
    let twice = instead(this, u, this.erf(u));
    twice = instead(this, twice, this.addConstant(twice, 1));
    twice = instead(this, twice, this.add(twice, slope));
    this.dispose(slope);
    twice = instead(this, twice, this.multiply(twice, dy));
    return instead(this, twice, this.scale(twice, 0.5));
  }

  /** See {@link Ops.softmaxGradient}: p (dp - sum(dp p)). */
  softmaxGradient(p: Tensor, dp: Tensor): Tensor {
    const weighted = this.multiply(dp, p);
    const total = instead(this, weighted, this.sum(weighted, [-1], true));
    const centred = instead(this, total, this.subtract(dp, total));
    return instead(this, centred, this.multiply(centred, p));
  }

  /** See {@link Ops.matMulJoined}. */
  matMulJoined(
    left: readonly Tensor[],
    right: readonly Tensor[],
    transposeRight = false,
    bias?: Tensor,
  ): Tensor {
    return this.scope(() => {
      const products = left.map((a, i) => this.matMul(a, right[i]!, false, transposeRight));
      const product = products.reduce((sum, next) => this.add(sum, next));
      return bias ? this.add(product, bias) : product;
    });
  }

  /** See {@link Ops.addRows}. */
  addRows(base: Tensor, rows: readonly Tensor[], chosen: readonly (readonly number[])[]): Tensor {
    assertRows(base.shape, rows, chosen);
    return this.scope(() => {
      const all = this.concat(rows, 0);
      return this.add(this.matMul(this.timesChosen(chosen, all.shape[0]!), all), base);
    });
  }

  /** How often each list holds each of `rows` numbers, [lists, rows]. */
  protected timesChosen(chosen: readonly (readonly number[])[], rows: number): Tensor {
    const times = new Float32Array(chosen.length * rows);
    chosen.forEach((list, i) => {
      for (const row of list) times[i * rows + row]!++;
    });
    return this.tensor(times, [chosen.length, rows]);
  }

  /** See {@link Ops.linear}. */
  linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    const product = this.matMul(x, weight, false, true);
    return bias ? instead(this, product, this.add(product, bias)) : product;
  }

  /** See {@link Ops.normalize}. */
  normalize(x: Tensor, epsilon: number, centred: boolean): Normalized {
    return this.scope(() => {
      const deviation = centred ? x : this.subtract(x, this.mean(x, [-1], true));
      const rstd = this.rsqrt(this.mean(this.square(deviation), [-1], true), epsilon);
      return { xhat: this.multiply(deviation, rstd), rstd };
    });
  }

  /** See {@link Ops.normalizeGradient}. */
  normalizeGradient({ xhat, rstd }: Normalized, gradient: Tensor, centred: boolean): Tensor {
    return this.scope(() => {
      const along = this.mean(this.multiply(gradient, xhat), [-1], true);
      let dx = this.subtract(gradient, this.multiply(xhat, along));
      if (!centred) dx = this.subtract(dx, this.mean(gradient, [-1], true));
      return this.multiply(dx, rstd);
    });
  }

  /** See {@link Ops.klDivergence}. */
  klDivergence(logTarget: Tensor, logits: Tensor): Tensor {
    assertTarget(logTarget.shape, logits.shape);
    return this.scope(() => {
      const difference = this.subtract(logTarget, this.logSoftmax(logits));
      return this.sum(this.multiply(this.exp(logTarget), difference), [-1]);
    });
  }

  /** See {@link Ops.attend}. */
  attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor {
    return attend(this, qkv, past, tree);
  }

  /** See {@link Ops.attendGradient}. */
  attendGradient(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree, dz: Tensor): Tensor {
    return attendGradient(this, qkv, past, tree, dz);
  }
}

/** Returns `next` after freeing the tensors it was computed from. */
export function instead(ops: Pick<Ops, "dispose">, used: Tensor, next: Tensor): Tensor {
  ops.dispose(used);
  return next;
}
