/** Ops on tensorflow.js's WebAssembly backend with kernels of our own in its memory. */

import { adamWNumbers } from "../adamw.ts";
import type { AdamWStep, AttentionTree, BackendInfo, Normalized, Parameter, Tensor } from "../ops.ts";
import { elements, matMulSizes } from "../shapes.ts";
import type { TfCore, TfTensor } from "../tf/tf-core.ts";
import { WasmOps } from "../tf/wasm-ops.ts";
import type { Heap } from "./heap.ts";
import type { Address, Kernels } from "./kernels.ts";

export class KernelOps extends WasmOps {
  readonly #heap: Heap;
  readonly #kernels: Kernels;

  constructor(tf: TfCore, backend: string, info: BackendInfo, heap: Heap, kernels: Kernels) {
    super(tf, backend, info);
    this.#heap = heap;
    this.#kernels = kernels;
  }

  /** The address of a tensor's elements, or of nothing. */
  #at(t: Tensor | undefined): Address {
    return t ? this.#heap.addressOf(this.handle(t)) : 0;
  }

  /** A tensor that `fill` writes. */
  #make(shape: readonly number[], fill: (to: Address) => void): Tensor {
    const t = this.#heap.make(shape);
    fill(this.#heap.addressOf(t));
    return this.own(t);
  }

  override reshape(t: Tensor, shape: readonly number[]): Tensor {
    const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1);
    const whole = shape.map((size) => (size < 0 ? elements(t.shape) / known : size));
    if (elements(whole) !== elements(t.shape)) throw new Error(`cannot reshape [${t.shape}] to [${shape}]`);
    return this.own(this.#heap.view(this.handle(t), whole));
  }

  override gelu(x: Tensor): Tensor {
    return this.#make(x.shape, (y) => this.#kernels.gelu(this.#at(x), y, elements(x.shape)));
  }

  override geluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.#make(x.shape, (dx) =>
      this.#kernels.geluGradient(this.#at(x), this.#at(dy), dx, elements(x.shape)),
    );
  }

  override matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    const sizes = matMulSizes(a.shape, b.shape, transposeA, transposeB);
    return this.#multiply(a, b, sizes, transposeA, transposeB);
  }

  override linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
    return this.#multiply(x, weight, matMulSizes(x.shape, weight.shape, false, true), false, true, bias);
  }

  #multiply(
    a: Tensor,
    b: Tensor,
    { batch, rows, inner, columns, shape }: ReturnType<typeof matMulSizes>,
    transposeA: boolean,
    transposeB: boolean,
    bias?: Tensor,
  ): Tensor {
    const scratch = this.#heap.scratch(this.#kernels.productScratch());
    const [left, right, added] = [this.#at(a), this.#at(b), this.#at(bias)];
    const [flagA, flagB] = [Number(transposeA), Number(transposeB)];
    return this.#make(shape, (c) =>
      this.#kernels.multiply(left, right, c, batch, rows, inner, columns, flagA, flagB, added, scratch),
    );
  }

  override normalize(x: Tensor, epsilon: number, centred: boolean): Normalized {
    const [rows, width] = rowsOf(x);
    const rstd = this.#heap.make([...x.shape.slice(0, -1), 1]);
    const scales = this.#heap.addressOf(rstd);
    const xhat = this.#make(x.shape, (to) =>
      this.#kernels.normalize(this.#at(x), to, scales, rows, width, epsilon, Number(centred)),
    );
    return { xhat, rstd: this.own(rstd) };
  }

  override normalizeGradient({ xhat, rstd }: Normalized, gradient: Tensor, centred: boolean): Tensor {
    const [rows, width] = rowsOf(xhat);
    const [x, scales, g] = [this.#at(xhat), this.#at(rstd), this.#at(gradient)];
    return this.#make(xhat.shape, (dx) =>
      this.#kernels.normalizeGradient(x, scales, g, dx, rows, width, Number(centred)),
    );
  }

  override attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor {
    const { rows, heads } = tree;
    const kernels = this.#kernels;
    const { operands, all, size, half, longest } = this.#attention(qkv, past, tree);
    const scratch = this.#heap.scratch(kernels.attendScratch(all, size, longest));
    return this.#make([rows, heads * size], (z) =>
      kernels.attend(...operands, z, rows, tree.past, heads, size, half, scratch),
    );
  }

  override attendGradient(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree, dz: Tensor): Tensor {
    const { rows, heads } = tree;
    const kernels = this.#kernels;
    const { operands, all, size, half, longest } = this.#attention(qkv, past, tree);
    const scratch = this.#heap.scratch(kernels.attendGradientScratch(all, rows, size, longest));
    return this.#make(qkv.shape, (dqkv) =>
      kernels.attendGradient(
        ...operands,
        this.#at(dz),
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

  /** What both of attention's kernels are called with. */
  #attention(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree) {
    const { offsets, runs, cosine, sine, heads, rows } = tree;
    const [lists, intervals] = [this.#at(offsets.tensor), this.#at(runs.tensor)];
    const operands: [Address, Address, Address, Address, Address, Address] = [
      this.#at(qkv),
      this.#at(past),
      lists,
      intervals,
      this.#at(cosine),
      this.#at(sine),
    ];
    return {
      operands,
      all: tree.past + rows,
      size: qkv.shape[1]! / (3 * heads),
      half: cosine.shape[1]!,
      longest: this.#kernels.longestList(lists, intervals, rows),
    };
  }

  override softmax(t: Tensor): Tensor {
    const [rows, width] = rowsOf(t);
    return this.#make(t.shape, (p) => this.#kernels.softmax(this.#at(t), p, rows, width));
  }

  override softmaxGradient(probabilities: Tensor, dProbabilities: Tensor): Tensor {
    const [rows, width] = rowsOf(probabilities);
    const [p, dp] = [this.#at(probabilities), this.#at(dProbabilities)];
    return this.#make(probabilities.shape, (dx) => this.#kernels.softmaxGradient(p, dp, dx, rows, width));
  }

  override adamW(parameter: Parameter, gradient: Tensor, step: AdamWStep): void {
    const p = this.parameterOf(parameter);
    if (this.#heap.isShared(this.handle(p.value))) {
      super.adamW(parameter, gradient, step);
      return;
    }
    const { beta1, beta2, decay, rate, epsilon } = adamWNumbers(step);
    const at = (t: TfTensor) => this.#heap.addressOf(t);
    p.change((value, first, second) =>
      this.#kernels.adamW(
        at(value),
        at(first),
        at(second),
        this.#at(gradient),
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

/** How many rows a tensor has along its last axis, and how long they are. */
function rowsOf({ shape }: Tensor): [number, number] {
  return [elements(shape.slice(0, -1)), shape.at(-1)!];
}
