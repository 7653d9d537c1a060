/** Ops on tensorflow.js's WebAssembly backend that compute, with custom kernels in its memory. */

import { adamWNumbers } from "../adamw.ts";
import type { AdamWStep, AttentionTree, Normalized, Parameter, Tensor } from "../ops.ts";
import { elements, type MatMulSizes, matMulSizes } from "../shapes.ts";
import type { TfTensor } from "../tf/tf-core.ts";
import { HeapOps } from "./heap-ops.ts";
import type { Address } from "./kernels.ts";
import { broadcastShape, broadcastStrides, type Four, inFour } from "./layout.ts";

/** How the kernel for two operands numbers its operations. */
const ADD = 0;
const SUBTRACT = 1;
const MULTIPLY = 2;

export class KernelOps extends HeapOps {
  override add(a: Tensor, b: Tensor): Tensor {
    return this.#combine(ADD, a, b) ?? super.add(a, b);
  }

  override subtract(a: Tensor, b: Tensor): Tensor {
    return this.#combine(SUBTRACT, a, b) ?? super.subtract(a, b);
  }

  override multiply(a: Tensor, b: Tensor): Tensor {
    return this.#combine(MULTIPLY, a, b) ?? super.multiply(a, b);
  }

  override square(t: Tensor): Tensor {
    return this.multiply(t, t);
  }

  #combine(operation: number, a: Tensor, b: Tensor): Tensor | undefined {
    if (a.dtype !== "float32" || b.dtype !== "float32") return undefined;
    const shape = broadcastShape(a.shape, b.shape);
    const block = inFour(shape, broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape));
    if (!block) return undefined;
    const [sizes, stepsA, stepsB] = block as [Four, Four, Four];
    const [x, y] = [this.at(a), this.at(b)];
    return this.make(shape, (c) => this.kernels.combine(operation, x, y, c, ...sizes, ...stepsA, ...stepsB));
  }

  override scale(t: Tensor, factor: number): Tensor {
    return this.make(t.shape, (y) => this.kernels.scale(this.at(t), y, elements(t.shape), factor));
  }

  override exp(t: Tensor): Tensor {
    return this.make(t.shape, (y) => this.kernels.exp(this.at(t), y, elements(t.shape)));
  }

  override sum(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.#sum(t, axes, keepDims, false) ?? super.sum(t, axes, keepDims);
  }

  override mean(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.#sum(t, axes, keepDims, true) ?? super.mean(t, axes, keepDims);
  }

  /** The sum or mean over neighbouring axes. */
  #sum(t: Tensor, axes: readonly number[], keepDims: boolean, mean: boolean): Tensor | undefined {
    const rank = t.shape.length;
    const reduced = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
    const [first, last] = [reduced[0] ?? 0, reduced.at(-1) ?? -1];
    if (t.dtype !== "float32" || reduced.length === 0 || last - first + 1 !== reduced.length)
      return undefined;
    const [before, along, after] = [
      t.shape.slice(0, first),
      t.shape.slice(first, last + 1),
      t.shape.slice(last + 1),
    ];
    const shape = [...before, ...(keepDims ? along.map(() => 1) : []), ...after];
    const summed = elements(along);
    return this.make(shape, (y) =>
      this.kernels.sumMiddle(this.at(t), y, elements(before), summed, elements(after), mean ? 1 / summed : 1),
    );
  }

  override gelu(x: Tensor): Tensor {
    return this.make(x.shape, (y) => this.kernels.gelu(this.at(x), y, elements(x.shape)));
  }

  override geluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.make(x.shape, (dx) =>
      this.kernels.geluGradient(this.at(x), this.at(dy), dx, elements(x.shape)),
    );
  }

  protected override product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    const sizes = matMulSizes(a.shape, b.shape, transposeA, transposeB);
    return this.#multiply(a, b, sizes, transposeA, transposeB);
  }

  override linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    return this.#multiply(x, weight, matMulSizes(x.shape, weight.shape, false, true), false, true, bias);
  }

  #multiply(
    a: Tensor,
    b: Tensor,
    { batch, rows, inner, columns, shape }: MatMulSizes,
    transposeA: boolean,
    transposeB: boolean,
    bias?: Tensor,
  ): Tensor {
    const scratch = this.heap.scratch(this.kernels.productScratch());
    const [left, right, added] = [this.at(a), this.at(b), this.at(bias)];
    const [flagA, flagB] = [Number(transposeA), Number(transposeB)];
    return this.make(shape, (c) =>
      this.kernels.multiply(left, right, c, batch, rows, inner, columns, flagA, flagB, added, scratch),
    );
  }

  override normalize(x: Tensor, epsilon: number, centred: boolean): Normalized {
    const [rows, width] = rowsOf(x);
    const rstd = this.make([...x.shape.slice(0, -1), 1]);
    const scales = this.at(rstd);
    const xhat = this.make(x.shape, (to) =>
      this.kernels.normalize(this.at(x), to, scales, rows, width, epsilon, Number(centred)),
    );
    return { xhat, rstd };
  }

  override normalizeGradient({ xhat, rstd }: Normalized, gradient: Tensor, centred: boolean): Tensor {
    const [rows, width] = rowsOf(xhat);
    const [x, scales, g] = [this.at(xhat), this.at(rstd), this.at(gradient)];
    return this.make(xhat.shape, (dx) =>
      this.kernels.normalizeGradient(x, scales, g, dx, rows, width, Number(centred)),
    );
  }

  override attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor {
    const { rows, heads } = tree;
    const kernels = this.kernels;
    const { operands, all, size, half, longest } = this.#attention(qkv, past, tree);
    const scratch = this.heap.scratch(kernels.attendScratch(all, size, longest));
    return this.make([rows, heads * size], (z) =>
      kernels.attend(...operands, z, rows, tree.past, heads, size, half, scratch),
    );
  }

  override attendGradient(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree, dz: Tensor): Tensor {
    const { rows, heads } = tree;
    const kernels = this.kernels;
    const { operands, all, size, half, longest } = this.#attention(qkv, past, tree);
    const scratch = this.heap.scratch(kernels.attendGradientScratch(all, rows, size, longest));
    return this.make(qkv.shape, (dqkv) =>
      kernels.attendGradient(
        ...operands,
        this.at(dz),
        dqkv,
        rows,
        tree.past,
        heads,
        size,
        half,
        longest,
        scratch,
      ),
    );
  }

  /** The arguments that both of attention's kernels take. */
  #attention(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree) {
    const { offsets, runs, cosine, sine, heads, rows } = tree;
    const [lists, intervals] = [this.at(offsets.tensor), this.at(runs.tensor)];
    const operands: [Address, Address, Address, Address, Address, Address] = [
      this.at(qkv),
      this.at(past),
      lists,
      intervals,
      this.at(cosine),
      this.at(sine),
    ];
    return {
      operands,
      all: tree.past + rows,
      size: qkv.shape[1]! / (3 * heads),
      half: cosine.shape[1]!,
      longest: this.kernels.longestList(lists, intervals, rows),
    };
  }

  override softmax(t: Tensor): Tensor {
    const [rows, width] = rowsOf(t);
    return this.make(t.shape, (p) => this.kernels.softmax(this.at(t), p, rows, width));
  }

  override logSoftmax(t: Tensor): Tensor {
    const [rows, width] = rowsOf(t);
    return this.make(t.shape, (y) => this.kernels.logSoftmax(this.at(t), y, rows, width));
  }

  override crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor } {
    const [rows, width] = rowsOf(logits);
    const losses = this.make([rows]);
    const to = this.at(losses);
    const gradient = this.make(logits.shape, (dx) =>
      this.kernels.crossEntropy(this.at(logits), this.at(labels), to, dx, rows, width),
    );
    return { losses, gradient };
  }

  override softmaxGradient(probabilities: Tensor, dProbabilities: Tensor): Tensor {
    const [rows, width] = rowsOf(probabilities);
    const [p, dp] = [this.at(probabilities), this.at(dProbabilities)];
    return this.make(probabilities.shape, (dx) => this.kernels.softmaxGradient(p, dp, dx, rows, width));
  }

  override adamW(parameter: Parameter, gradient: Tensor, step: AdamWStep): void {
    const p = this.parameterOf(parameter);
    if (this.heap.isShared(this.handle(p.value))) {
      super.adamW(parameter, gradient, step);
      return;
    }
    const { beta1, beta2, decay, rate, epsilon } = adamWNumbers(step);
    const at = (t: TfTensor) => this.heap.addressOf(t);
    p.change((value, first, second) =>
      this.kernels.adamW(
        at(value),
        at(first),
        at(second),
        this.at(gradient),
        elements(p.shape),
        beta1,
        beta2,
        decay,
        rate,
        epsilon,
      ),
    );
  }
}

/** The number of a tensor's rows along its last axis, and their length. */
function rowsOf({ shape }: Tensor): [number, number] {
  return [elements(shape.slice(0, -1)), shape.at(-1)!];
}
