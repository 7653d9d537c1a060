/** Ops that only move data, in the memory of tensorflow.js's WebAssembly backend, with custom kernels. */

import type { BackendInfo, Tensor } from "../ops.ts";
import { elements } from "../shapes.ts";
import type { TfCore } from "../tf/tf-core.ts";
import { WasmOps } from "../tf/wasm-ops.ts";
import type { Heap } from "./heap.ts";
import type { Address, Kernels } from "./kernels.ts";
import { type Four, inFour, stridesOf } from "./layout.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

export class HeapOps extends WasmOps {
  protected readonly heap: Heap;
  protected readonly kernels: Kernels;

  constructor(tf: TfCore, backend: string, info: BackendInfo, heap: Heap, kernels: Kernels) {
    super(tf, backend, info);
    this.heap = heap;
    this.kernels = kernels;
  }

  /** The address of a tensor's elements; 0 for none. */
  protected at(t: Tensor | undefined): Address {
    return t ? this.heap.addressOf(this.handle(t)) : 0;
  }

  /** A tensor that `fill` writes, now or later. */
  protected make(
    shape: readonly number[],
    fill?: (to: Address) => void,
    dtype: Tensor["dtype"] = "float32",
  ): Tensor {
    const t = this.own(this.heap.make(shape, dtype));
    fill?.(this.at(t));
    return t;
  }

  override tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    if (values.length !== elements(shape)) return super.tensor(values, shape);
    const dtype = values instanceof Int32Array ? "int32" : "float32";
    return this.own(this.heap.make(shape, dtype, values));
  }

  override read(t: Tensor): Float32Array | Int32Array {
    return this.heap.read(this.handle(t), t.dtype);
  }

  override reshape(t: Tensor, shape: readonly number[]): Tensor {
    const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1);
    const whole = shape.map((size) => (size < 0 ? elements(t.shape) / known : size));
    if (elements(whole) !== elements(t.shape) || !whole.every(Number.isInteger))
      throw new Error(`cannot reshape [${t.shape}] to [${shape}]`);
    return this.own(this.heap.view(this.handle(t), whole));
  }

  override transpose(t: Tensor, permutation: readonly number[]): Tensor {
    const shape = permutation.map((d) => t.shape[d]!);
    const strides = stridesOf(t.shape);
    const from = permutation.map((d) => strides[d]!);
    return this.#moved(t, shape, from, 0) ?? super.transpose(t, permutation);
  }

  override slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const shape = size.map((n, d) => (n < 0 ? t.shape[d]! - begin[d]! : n));
    if (shape.some((n, d) => begin[d]! < 0 || begin[d]! + n > t.shape[d]!))
      throw new Error(`[${t.shape}] has no block of [${size}] at [${begin}]`);
    const strides = stridesOf(t.shape);
    const first = begin.reduce((sum, b, d) => sum + b * strides[d]!, 0);
    return this.#moved(t, shape, strides, first) ?? super.slice(t, begin, size);
  }

  /** The elements of `t` from `first` on with these strides, as a new tensor. */
  #moved(t: Tensor, shape: number[], strides: readonly number[], first: number): Tensor | undefined {
    const block = inFour(shape, strides, stridesOf(shape));
    if (!block) return undefined;
    const [sizes, from, into] = block as [Four, Four, Four];
    const start = this.at(t) + BYTES * first;
    return this.make(shape, (to) => this.kernels.copyBlock(start, to, ...sizes, ...from, ...into), t.dtype);
  }

  override concat(tensors: readonly Tensor[], axis: number): Tensor {
    const [head, ...others] = tensors;
    const d = axis < 0 ? axis + head!.shape.length : axis;
    for (const { shape } of others)
      if (shape.length !== head!.shape.length || shape.some((n, i) => i !== d && n !== head!.shape[i]))
        throw new Error(`cannot join [${head!.shape}] and [${shape}] along axis ${axis}`);
    const shape = head!.shape.with(
      d,
      tensors.reduce((sum, t) => sum + t.shape[d]!, 0),
    );
    const strides = stridesOf(shape);
    const blocks = tensors.map((t) => inFour(t.shape, stridesOf(t.shape), strides));
    if (!blocks.every((block) => block !== undefined)) return super.concat(tensors, axis);
    const sources = tensors.map((t) => this.at(t));
    const fill = (to: Address) => {
      let start = to;
      for (const [i, block] of blocks.entries()) {
        const [sizes, from, into] = block as [Four, Four, Four];
        this.kernels.copyBlock(sources[i]!, start, ...sizes, ...from, ...into);
        start += BYTES * tensors[i]!.shape[d]! * strides[d]!;
      }
    };
    return this.make(shape, fill, head!.dtype);
  }

  override gather(t: Tensor, indices: Tensor): Tensor {
    const [count, width] = [elements(indices.shape), elements(t.shape.slice(1))];
    const [from, numbers, rows] = [this.at(t), this.at(indices), t.shape[0]!];
    let wrong = -1;
    const gathered = this.make(
      [count, ...t.shape.slice(1)],
      (to) => {
        wrong = this.kernels.gather(from, numbers, to, count, rows, width);
      },
      t.dtype,
    );
    if (wrong >= 0) throw new Error(`[${t.shape}] has no row ${this.read(indices)[wrong]}`);
    return gathered;
  }

  override segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    const [count, width] = [elements(segment.shape), elements(t.shape.slice(1))];
    const [from, numbers] = [this.at(t), this.at(segment)];
    return this.make([segments, ...t.shape.slice(1)], (to) =>
      this.kernels.segmentSum(from, numbers, to, count, segments, width),
    );
  }
}
