/** Ops on tensorflow.js's WebAssembly backend, replacing operations that its kernels lack or do slowly. */

import { assertRoom } from "../capacity.ts";
import type { OwnedTensor } from "../memory.ts";
import type { Tensor } from "../ops.ts";
import { matMulSizes } from "../shapes.ts";
import type { TfTensor } from "./tf-core.ts";
import { TfOps } from "./tf-ops.ts";

/**
 * Multiplications per product of a batch from which a loop over single products is faster: the batched kernel does 0.5
 * per nanosecond, single products ten times that after 0.2 ms of slicing and concatenating.
 */
const LOOP_FROM = 250_000;

export class WasmOps extends TfOps {
  /** Cached transposes of long-lived tensors. */
  readonly #transposes = new Map<TfTensor, TfTensor>();
  /** Bytes of right factors that the fast kernel keeps packed until those are freed. */
  readonly #packed = new Map<TfTensor, number>();
  #packedBytes = 0;

  /** Only products of two untransposed matrices reach the fast kernel, 8 to 27 times faster than the other. */
  protected override product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    const { batch, rows, inner, columns, shape } = matMulSizes(a.shape, b.shape, transposeA, transposeB);
    if (batch !== 1 && rows * inner * columns < LOOP_FROM) return super.product(a, b, transposeA, transposeB);
    const { tf } = this;
    const product = tf.tidy(() => {
      const left = this.#upright(a, transposeA);
      const right = this.#upright(b, transposeB);
      if (batch === 1) {
        this.#notePacked(b, right);
        return tf.matMul(left, right);
      }
      const rights = tf.unstack(tf.reshape(right, [batch, inner, columns]));
      const products = tf
        .unstack(tf.reshape(left, [batch, rows, inner]))
        .map((m, i) => tf.matMul(m, rights[i]!));
      return tf.reshape(tf.stack(products), shape);
    });
    return this.own(product);
  }

  /** The kernels have no UnsortedSegmentSum; scattering adds up values for the same row. */
  override segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    const { tf } = this;
    const rows = t.shape.slice(1);
    const indices = tf.reshape(this.handle(segment), [-1, 1]);
    const sums = tf.scatterND(indices, this.handle(t), [segments, ...rows]);
    indices.dispose();
    return this.own(sums);
  }

  /** @throws UserError if the tensors no longer fit */
  protected override own(t: TfTensor): Tensor {
    assertRoom(this.tf.memory().numBytes + this.#packedBytes);
    return super.own(t);
  }

  protected override free(t: TfTensor): void {
    const transpose = this.#transposes.get(t);
    if (transpose) {
      this.#transposes.delete(t);
      this.free(transpose);
    }
    this.#packedBytes -= this.#packed.get(t) ?? 0;
    this.#packed.delete(t);
    super.free(t);
  }

  /** Counts the packed copy of a right factor that outlives its product: `b` itself or its kept transpose. */
  #notePacked(b: Tensor, right: TfTensor): void {
    const original = this.handle(b);
    if (this.#packed.has(right) || (right !== original && right !== this.#transposes.get(original))) return;
    const bytes = right.size * Float32Array.BYTES_PER_ELEMENT;
    this.#packed.set(right, bytes);
    this.#packedBytes += bytes;
  }

  /** `t` with its last two dimensions swapped if `transposed`, as a tensor of the enclosing tidy. */
  #upright(t: Tensor, transposed: boolean): TfTensor {
    const original = this.handle(t);
    if (!transposed) return original;
    const rank = t.shape.length;
    const swap = [...t.shape.keys()].toSpliced(rank - 2, 2, rank - 1, rank - 2);
    // Without an owner it is kept, like a frozen weight: its transpose will be wanted again.
    if ((t as OwnedTensor<TfTensor>).owner !== undefined) return this.tf.transpose(original, swap);
    let transpose = this.#transposes.get(original);
    if (!transpose) {
      transpose = this.tf.keep(this.tf.transpose(original, swap));
      this.#transposes.set(original, transpose);
    }
    return transpose;
  }
}
