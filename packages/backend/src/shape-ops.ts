/** Operations on shapes alone, which count the bytes that tensors hold; see `open-shapes.ts`. */

import { CompositeOps } from "./composite-ops.ts";
import { Memory, type OwnedTensor } from "./memory.ts";
import type {
  AttentionTree,
  BackendInfo,
  Normalized,
  Ops,
  Parameter,
  ParameterState,
  Tensor,
} from "./ops.ts";
import {
  assertMultiplyAdd,
  assertRows,
  assertTarget,
  broadcastShape,
  elements,
  matMulSizes,
} from "./shapes.ts";

/** Bytes that tensors may share: a reshaped tensor, or its first rows, are the same memory. */
interface Buffer {
  bytes: number;
  holders: number;
}

/** Of float32 and int32. */
const BYTES = 4;

class ShapeParameter implements Parameter {
  readonly shape: readonly number[];
  readonly value: OwnedTensor<Buffer>;
  /** Of its two moments. */
  readonly moments: Buffer;

  constructor(value: OwnedTensor<Buffer>, moments: Buffer) {
    this.shape = value.shape;
    this.value = value;
    this.moments = moments;
  }
}

export class ShapeOps extends CompositeOps implements Ops {
  readonly info: BackendInfo = { name: "native", device: "cpu", library: "shapes alone", threads: 1 };
  heldBytes = 0;
  peakBytes = 0;
  readonly #memory = new Memory<Buffer>((buffer) => this.#release(buffer));
  #parameters = 0;

  // Memory

  tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    return this.#make(shape, values instanceof Int32Array ? "int32" : "float32");
  }

  share(_values: Float32Array, shape: readonly number[]): Tensor {
    return this.#make(shape);
  }

  read(t: Tensor): Float32Array | Int32Array {
    this.#memory.handle(t);
    return t.dtype === "int32" ? new Int32Array(elements(t.shape)) : new Float32Array(elements(t.shape));
  }

  dispose(...tensors: Tensor[]): void {
    this.#memory.dispose(tensors);
  }

  scope<T>(body: () => T): T {
    return this.#memory.scope(body);
  }

  keep<T>(tensors: T): T {
    return this.#memory.keep(tensors);
  }

  get liveTensors(): number {
    return this.#memory.live + 3 * this.#parameters;
  }

  #hold(shape: readonly number[], copies = 1): Buffer {
    const bytes = copies * BYTES * elements(shape);
    this.heldBytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.heldBytes);
    return { bytes, holders: 1 };
  }

  #release(buffer: Buffer): void {
    buffer.holders--;
    if (buffer.holders === 0) this.heldBytes -= buffer.bytes;
  }

  #make(shape: readonly number[], dtype: Tensor["dtype"] = "float32"): Tensor {
    return this.#memory.own(this.#hold(shape), [...shape], dtype);
  }

  /** A result of some operands' sizes, which must be alive. */
  #from(operands: readonly Tensor[], shape: readonly number[], dtype: Tensor["dtype"] = "float32"): Tensor {
    for (const operand of operands) this.#memory.handle(operand);
    return this.#make(shape, dtype);
  }

  /** Another tensor of the same memory. */
  #alias(t: Tensor, shape: readonly number[]): Tensor {
    const buffer = this.#memory.handle(t);
    buffer.holders++;
    return this.#memory.own(buffer, shape, t.dtype);
  }

  // Shape

  reshape(t: Tensor, shape: readonly number[]): Tensor {
    const known = -elements(shape);
    const full = shape.map((size) => (size === -1 ? elements(t.shape) / known : size));
    if (elements(full) !== elements(t.shape)) throw new Error(`cannot reshape [${t.shape}] to [${shape}]`);
    return this.#alias(t, full);
  }

  transpose(t: Tensor, permutation: readonly number[]): Tensor {
    return this.#from(
      [t],
      permutation.map((axis) => t.shape[axis]!),
      t.dtype,
    );
  }

  concat(tensors: readonly Tensor[], axis: number): Tensor {
    const [first] = tensors as [Tensor];
    const size = tensors.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return this.#from(tensors, first.shape.with(axis, size), first.dtype);
  }

  slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    const shape = size.map((wanted, axis) => (wanted === -1 ? t.shape[axis]! - begin[axis]! : wanted));
    const outside = shape.some((wanted, axis) => wanted < 0 || begin[axis]! + wanted > t.shape[axis]!);
    if (outside) throw new Error(`cannot slice [${size}] from [${begin}] of [${t.shape}]`);
    const ofRows = shape.every((wanted, axis) => axis === 0 || wanted === t.shape[axis]);
    return ofRows ? this.#alias(t, shape) : this.#from([t], shape, t.dtype);
  }

  gather(t: Tensor, indices: Tensor): Tensor {
    return this.#from([t, indices], [...indices.shape, ...t.shape.slice(1)], t.dtype);
  }

  segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    return this.#from([t, segment], [segments, ...t.shape.slice(1)]);
  }

  override addRows(base: Tensor, rows: readonly Tensor[], chosen: readonly (readonly number[])[]): Tensor {
    assertRows(base.shape, rows, chosen);
    return this.#from([base, ...rows], [chosen.length, base.shape[0]!]);
  }

  // Elementwise

  #broadcast(a: Tensor, b: Tensor): Tensor {
    return this.#from([a, b], broadcastShape(a.shape, b.shape));
  }

  #like(t: Tensor): Tensor {
    return this.#from([t], t.shape);
  }

  add(a: Tensor, b: Tensor): Tensor {
    return this.#broadcast(a, b);
  }

  subtract(a: Tensor, b: Tensor): Tensor {
    return this.#broadcast(a, b);
  }

  multiply(a: Tensor, b: Tensor): Tensor {
    return this.#broadcast(a, b);
  }

  override multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor {
    assertMultiplyAdd(x.shape, factor.shape, addend.shape);
    return this.#from([x, factor, addend], x.shape);
  }

  scale(t: Tensor): Tensor {
    return this.#like(t);
  }

  square(t: Tensor): Tensor {
    return this.#like(t);
  }

  rsqrt(t: Tensor): Tensor {
    return this.#like(t);
  }

  exp(t: Tensor): Tensor {
    return this.#like(t);
  }

  override gelu(x: Tensor): Tensor {
    return this.#like(x);
  }

  override geluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.#from([x, dy], x.shape);
  }

  sigmoid(x: Tensor): Tensor {
    return this.#like(x);
  }

  relu(x: Tensor): Tensor {
    return this.#like(x);
  }

  reluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.#from([x, dy], x.shape);
  }

  protected erf(t: Tensor): Tensor {
    return this.#like(t);
  }

  protected sqrt(t: Tensor): Tensor {
    return this.#like(t);
  }

  protected addConstant(t: Tensor): Tensor {
    return this.#like(t);
  }

  // Reductions

  sum(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + t.shape.length : axis)));
    const kept = t.shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
    return this.#from([t], keepDims ? kept : kept.filter((_, axis) => !reduced.has(axis)));
  }

  mean(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.sum(t, axes, keepDims);
  }

  override norm(tensors: readonly Tensor[]): Tensor {
    return this.#from(tensors, []);
  }

  argMax(t: Tensor): Tensor {
    return this.#from([t], t.shape.slice(0, -1), "int32");
  }

  // Linear algebra

  protected product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    return this.#from([a, b], matMulSizes(a.shape, b.shape, transposeA, transposeB).shape);
  }

  // Layers

  override normalize(x: Tensor): Normalized {
    return { xhat: this.#like(x), rstd: this.#from([x], [...x.shape.slice(0, -1), 1]) };
  }

  override normalizeGradient({ xhat, rstd }: Normalized, gradient: Tensor): Tensor {
    return this.#from([xhat, rstd, gradient], xhat.shape);
  }

  override attend(qkv: Tensor, past: Tensor | undefined, tree: AttentionTree): Tensor {
    return this.#from(past ? [qkv, past] : [qkv], [tree.rows, qkv.shape[1]! / 3]);
  }

  override attendGradient(qkv: Tensor, past: Tensor | undefined, _tree: AttentionTree, dz: Tensor): Tensor {
    return this.#from(past ? [qkv, past, dz] : [qkv, dz], qkv.shape);
  }

  // Softmax

  softmax(t: Tensor): Tensor {
    return this.#like(t);
  }

  logSoftmax(t: Tensor): Tensor {
    return this.#like(t);
  }

  override klDivergence(logTarget: Tensor, logits: Tensor): Tensor {
    assertTarget(logTarget.shape, logits.shape);
    return this.#from([logTarget, logits], logits.shape.slice(0, -1));
  }

  crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor } {
    return { losses: this.#from([logits, labels], [logits.shape[0]!]), gradient: this.#like(logits) };
  }

  // Training

  parameter(_values: Float32Array, shape: readonly number[]): Parameter {
    this.#parameters++;
    return new ShapeParameter(this.#memory.lend(this.#hold(shape), [...shape]), this.#hold(shape, 2));
  }

  readParameter(p: Parameter): ParameterState {
    const zeros = () => new Float32Array(elements(p.shape));
    return { value: zeros(), firstMoment: zeros(), secondMoment: zeros() };
  }

  disposeParameter(...parameters: Parameter[]): void {
    for (const { value, moments } of parameters as ShapeParameter[]) {
      this.#memory.takeBack(value);
      this.#release(moments);
      this.#parameters--;
    }
  }

  assign(): void {}

  adamW(p: Parameter, gradient: Tensor): void {
    this.#memory.handle(p.value);
    this.#memory.handle(gradient);
  }
}
