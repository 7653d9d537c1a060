/** Ops over the public operations of tensorflow.js, for any of its backends that supports them all. */

import { CompositeOps, instead } from "../composite-ops.ts";
import { Memory } from "../memory.ts";
import type { AdamWStep, BackendInfo, Ops, Parameter, ParameterState, Tensor } from "../ops.ts";
import { elements } from "../shapes.ts";
import type { TfCore, TfTensor } from "./tf-core.ts";
import { TfParameter } from "./tf-parameter.ts";

export class TfOps extends CompositeOps implements Ops {
  readonly info: BackendInfo;
  protected readonly memory: Memory<TfTensor>;
  readonly #tf: TfCore;
  /** The name under which tensorflow.js knows the backend. */
  readonly #backend: string;
  #parameters = 0;

  /** @param backend registered with tensorflow.js and initialised */
  constructor(tf: TfCore, backend: string, info: BackendInfo) {
    super();
    this.#tf = tf;
    this.#backend = backend;
    this.info = info;
    this.memory = new Memory((t) => this.free(t));
  }

  /** tensorflow.js with this backend selected: the selection is global to the process. */
  protected get tf(): TfCore {
    if (this.#tf.getBackend() !== this.#backend) void this.#tf.setBackend(this.#backend);
    return this.#tf;
  }

  /** Takes ownership of what an operation of tensorflow.js returned. */
  protected own(t: TfTensor): Tensor {
    return this.memory.own(t, t.shape, t.dtype === "int32" ? "int32" : "float32");
  }

  protected handle(t: Tensor): TfTensor {
    return this.memory.handle(t);
  }

  protected free(t: TfTensor): void {
    t.dispose();
  }

  // Memory

  tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    const dtype = values instanceof Int32Array ? "int32" : "float32";
    // A copy, because the tensor may share the array's memory.
    return this.own(this.tf.tensor(values.slice(), [...shape], dtype));
  }

  share(values: Float32Array, shape: readonly number[]): Tensor {
    return this.own(this.tf.tensor(values, [...shape], "float32"));
  }

  read(t: Tensor): Float32Array | Int32Array {
    void this.tf;
    // A copy, because the backend may hand out the memory it keeps.
    return (this.handle(t).dataSync() as Float32Array | Int32Array).slice();
  }

  dispose(...tensors: Tensor[]): void {
    this.memory.dispose(tensors);
  }

  scope<T>(body: () => T): T {
    return this.memory.scope(body);
  }

  keep<T>(tensors: T): T {
    return this.memory.keep(tensors);
  }

  get liveTensors(): number {
    return this.memory.live + 3 * this.#parameters;
  }

  // Shape

  reshape(t: Tensor, shape: readonly number[]): Tensor {
    return this.own(this.tf.reshape(this.handle(t), [...shape]));
  }

  transpose(t: Tensor, permutation: readonly number[]): Tensor {
    return this.own(this.tf.transpose(this.handle(t), [...permutation]));
  }

  concat(tensors: readonly Tensor[], axis: number): Tensor {
    return this.own(
      this.tf.concat(
        tensors.map((t) => this.handle(t)),
        axis,
      ),
    );
  }

  slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.own(this.tf.slice(this.handle(t), [...begin], [...size]));
  }

  gather(t: Tensor, indices: Tensor): Tensor {
    return this.own(this.tf.gather(this.handle(t), this.handle(indices)));
  }

  segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    const ids = this.handle(segment) as import("@tensorflow/tfjs-core").Tensor1D;
    return this.own(this.tf.unsortedSegmentSum(this.handle(t), ids, segments));
  }

  // Elementwise

  add(a: Tensor, b: Tensor): Tensor {
    return this.own(this.tf.add(this.handle(a), this.handle(b)));
  }

  protected addConstant(t: Tensor, constant: number): Tensor {
    return this.own(this.tf.add(this.handle(t), constant));
  }

  subtract(a: Tensor, b: Tensor): Tensor {
    return this.own(this.tf.sub(this.handle(a), this.handle(b)));
  }

  multiply(a: Tensor, b: Tensor): Tensor {
    return this.own(this.tf.mul(this.handle(a), this.handle(b)));
  }

  scale(t: Tensor, factor: number): Tensor {
    return this.own(this.tf.mul(this.handle(t), factor));
  }

  square(t: Tensor): Tensor {
    return this.own(this.tf.square(this.handle(t)));
  }

  rsqrt(t: Tensor, epsilon: number): Tensor {
    const raised = this.addConstant(t, epsilon);
    return instead(this, raised, this.own(this.tf.rsqrt(this.handle(raised))));
  }

  exp(t: Tensor): Tensor {
    return this.own(this.tf.exp(this.handle(t)));
  }

  sigmoid(x: Tensor): Tensor {
    return this.own(this.tf.sigmoid(this.handle(x)));
  }

  relu(x: Tensor): Tensor {
    return this.own(this.tf.relu(this.handle(x)));
  }

  reluGradient(x: Tensor, dy: Tensor): Tensor {
    const slope = this.own(this.tf.step(this.handle(x)));
    return instead(this, slope, this.multiply(slope, dy));
  }

  protected sqrt(t: Tensor): Tensor {
    return this.own(this.tf.sqrt(this.handle(t)));
  }

  protected erf(t: Tensor): Tensor {
    return this.own(this.tf.erf(this.handle(t)));
  }

  // Reductions

  sum(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.own(this.tf.sum(this.handle(t), [...axes], keepDims));
  }

  mean(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.own(this.tf.mean(this.handle(t), [...axes], keepDims));
  }

  argMax(t: Tensor): Tensor {
    return this.own(this.tf.argMax(this.handle(t), -1));
  }

  // Linear algebra

  protected product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    return this.own(this.tf.matMul(this.handle(a), this.handle(b), transposeA, transposeB));
  }

  // Softmax

  softmax(t: Tensor): Tensor {
    return this.own(this.tf.softmax(this.handle(t)));
  }

  logSoftmax(t: Tensor): Tensor {
    return this.own(this.tf.logSoftmax(this.handle(t)));
  }

  crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor } {
    const { tf } = this;
    const classes = logits.shape.at(-1)!;
    const [losses, gradient] = tf.tidy(() => {
      const logProbabilities = tf.logSoftmax(this.handle(logits));
      // The wasm kernel writes integers whatever type is requested.
      const expected = tf.cast(tf.oneHot(this.handle(labels), classes, 1, 0, "int32"), "float32");
      return [
        tf.neg(tf.sum(tf.mul(logProbabilities, expected), -1)),
        tf.sub(tf.exp(logProbabilities), expected),
      ];
    });
    return { losses: this.own(losses!), gradient: this.own(gradient!) };
  }

  // Training

  parameter(
    values: Float32Array,
    shape: readonly number[],
    moments?: Omit<ParameterState, "value">,
  ): Parameter {
    const zeros = new Float32Array(moments ? 0 : elements(shape));
    const state = { value: values, ...(moments ?? { firstMoment: zeros, secondMoment: zeros }) };
    const p = new TfParameter(this.tf, this.memory, [...shape], state);
    this.#parameters++;
    return p;
  }

  /** @throws if the parameter was freed or belongs to another backend */
  protected parameterOf(p: Parameter): TfParameter {
    if (!(p instanceof TfParameter)) throw new Error("this parameter belongs to another backend");
    p.assertAlive();
    return p;
  }

  readParameter(p: Parameter): ParameterState {
    return this.parameterOf(p).read();
  }

  disposeParameter(...parameters: Parameter[]): void {
    for (const p of parameters) {
      this.parameterOf(p).destroy();
      this.#parameters--;
    }
  }

  assign(p: Parameter, values: Float32Array): void {
    this.parameterOf(p).assign(this.tf, values);
  }

  adamW(p: Parameter, gradient: Tensor, step: AdamWStep): void {
    this.parameterOf(p).adamW(this.tf, this.handle(gradient), step);
  }
}
