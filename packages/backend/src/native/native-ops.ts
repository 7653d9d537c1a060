/** Ops straight through the compiled binding of tfjs-node: with an overhead of some 7 microseconds per operation. */

import { CompositeOps, instead } from "../composite-ops.ts";
import { Memory } from "../memory.ts";
import type { AdamWStep, BackendInfo, Ops, Parameter, ParameterState, Tensor } from "../ops.ts";
import { elements } from "../shapes.ts";
import type { Attribute, Binding } from "./binding.ts";
import { Constants } from "./constants.ts";
import { NativeParameter } from "./native-parameter.ts";
import { VariableParameter } from "./variable-parameter.ts";

const NONE: readonly Attribute[] = [];

/** TensorFlow's operations by name; it infers their types. */
export class NativeOps extends CompositeOps implements Ops {
  readonly info: BackendInfo;
  protected readonly binding: Binding;
  protected readonly memory: Memory<number>;
  protected readonly constants: Constants;
  #parameters = 0;

  // Attribute lists, made once: one per combination of two flags, or per value of one.
  readonly #matMul: readonly Attribute[][];
  readonly #batchMatMul: readonly Attribute[][];
  readonly #keepDims: readonly Attribute[][];
  readonly #argMax: readonly Attribute[];

  /** @param threads recorded in {@link info}; the library itself reads the environment when it loads */
  constructor(binding: Binding, threads: number) {
    super();
    this.binding = binding;
    this.memory = new Memory((id) => binding.deleteTensor(id));
    this.constants = new Constants(binding);
    const device = binding.isUsingGpuDevice() ? "gpu" : "cpu";
    this.info = { name: "native", device, library: `tensorflow ${binding.TF_Version}`, threads };
    const flag = (name: string, value: boolean): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value });
    const flags = (a: string, b: string) =>
      [0, 1, 2, 3].map((bits) => [flag(a, bits % 2 === 1), flag(b, bits >= 2)]);
    this.#matMul = flags("transpose_a", "transpose_b");
    this.#batchMatMul = flags("adj_x", "adj_y");
    this.#keepDims = [[flag("keep_dims", false)], [flag("keep_dims", true)]];
    this.#argMax = [{ name: "output_type", type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }];
  }

  /** Runs an operation on tensors and on the ids of constants. */
  protected runAll(
    name: string,
    inputs: readonly (Tensor | number)[],
    attributes = NONE,
    outputs = 1,
  ): Tensor[] {
    const ids = inputs.map((input) => (typeof input === "number" ? input : this.memory.handle(input)));
    const results = this.binding.executeOp(name, attributes, ids, outputs);
    this.constants.trim();
    return results.map(({ id, shape, dtype }) =>
      this.memory.own(id, shape, dtype === this.binding.TF_INT32 ? "int32" : "float32"),
    );
  }

  protected run(name: string, inputs: readonly (Tensor | number)[], attributes = NONE): Tensor {
    return this.runAll(name, inputs, attributes)[0]!;
  }

  // Memory

  tensor(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
    const dtype = values instanceof Int32Array ? "int32" : "float32";
    const code = dtype === "int32" ? this.binding.TF_INT32 : this.binding.TF_FLOAT;
    // A copy, because the tensor may share the array's memory.
    return this.memory.own(this.binding.createTensor(shape, code, values.slice()), [...shape], dtype);
  }

  share(values: Float32Array, shape: readonly number[]): Tensor {
    const id = this.binding.createTensor(shape, this.binding.TF_FLOAT, values);
    return this.memory.own(id, [...shape], "float32");
  }

  read(t: Tensor): Float32Array | Int32Array {
    return this.binding.tensorDataSync(this.memory.handle(t));
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
    return this.run("Reshape", [t, this.constants.ints(shape)]);
  }

  transpose(t: Tensor, permutation: readonly number[]): Tensor {
    return this.run("Transpose", [t, this.constants.ints(permutation)]);
  }

  concat(tensors: readonly Tensor[], axis: number): Tensor {
    if (tensors.length === 1) return this.reshape(tensors[0]!, tensors[0]!.shape); // ConcatV2 takes two or more
    const { TF_ATTR_INT, TF_ATTR_TYPE, TF_INT32, TF_FLOAT } = this.binding;
    const type = tensors[0]?.dtype === "int32" ? TF_INT32 : TF_FLOAT;
    // Types are not inferred for an operation that takes a list.
    return this.run(
      "ConcatV2",
      [...tensors, this.constants.int(axis)],
      [
        { name: "N", type: TF_ATTR_INT, value: tensors.length },
        { name: "T", type: TF_ATTR_TYPE, value: type },
        { name: "Tidx", type: TF_ATTR_TYPE, value: TF_INT32 },
      ],
    );
  }

  slice(t: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.run("Slice", [t, this.constants.ints(begin), this.constants.ints(size)]);
  }

  gather(t: Tensor, indices: Tensor): Tensor {
    return this.run("GatherV2", [t, indices, this.constants.int(0)]);
  }

  segmentSum(t: Tensor, segment: Tensor, segments: number): Tensor {
    return this.run("UnsortedSegmentSum", [t, segment, this.constants.int(segments)]);
  }

  // Elementwise

  add(a: Tensor, b: Tensor): Tensor {
    return this.run("AddV2", [a, b]);
  }

  protected addConstant(t: Tensor, constant: number): Tensor {
    return this.run("AddV2", [t, this.constants.float(constant)]);
  }

  subtract(a: Tensor, b: Tensor): Tensor {
    return this.run("Sub", [a, b]);
  }

  multiply(a: Tensor, b: Tensor): Tensor {
    return this.run("Mul", [a, b]);
  }

  scale(t: Tensor, factor: number): Tensor {
    return this.run("Mul", [t, this.constants.float(factor)]);
  }

  square(t: Tensor): Tensor {
    return this.run("Square", [t]);
  }

  rsqrt(t: Tensor, epsilon: number): Tensor {
    const raised = this.addConstant(t, epsilon);
    return instead(this, raised, this.run("Rsqrt", [raised]));
  }

  exp(t: Tensor): Tensor {
    return this.run("Exp", [t]);
  }

  sigmoid(x: Tensor): Tensor {
    return this.run("Sigmoid", [x]);
  }

  relu(x: Tensor): Tensor {
    return this.run("Relu", [x]);
  }

  reluGradient(x: Tensor, dy: Tensor): Tensor {
    return this.run("ReluGrad", [dy, x]);
  }

  protected sqrt(t: Tensor): Tensor {
    return this.run("Sqrt", [t]);
  }

  protected erf(t: Tensor): Tensor {
    return this.run("Erf", [t]);
  }

  // Reductions

  sum(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.run("Sum", [t, this.constants.ints(axes)], this.#keepDims[Number(keepDims)]);
  }

  mean(t: Tensor, axes: readonly number[], keepDims = false): Tensor {
    return this.run("Mean", [t, this.constants.ints(axes)], this.#keepDims[Number(keepDims)]);
  }

  argMax(t: Tensor): Tensor {
    return this.run("ArgMax", [t, this.constants.int(-1)], this.#argMax);
  }

  // Linear algebra

  protected product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
    const flags = Number(transposeA) + 2 * Number(transposeB);
    return a.shape.length === 2
      ? this.run("MatMul", [a, b], this.#matMul[flags])
      : this.run("BatchMatMulV2", [a, b], this.#batchMatMul[flags]);
  }

  // Softmax

  softmax(t: Tensor): Tensor {
    return this.run("Softmax", [t]);
  }

  logSoftmax(t: Tensor): Tensor {
    return this.run("LogSoftmax", [t]);
  }

  crossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradient: Tensor } {
    const name = "SparseSoftmaxCrossEntropyWithLogits";
    const [losses, gradient] = this.runAll(name, [logits, labels], NONE, 2);
    return { losses: losses!, gradient: gradient! };
  }

  // Training

  parameter(
    values: Float32Array,
    shape: readonly number[],
    moments?: Omit<ParameterState, "value">,
  ): Parameter {
    const copied = (moment?: Float32Array) => moment?.slice() ?? new Float32Array(elements(shape));
    const p = this.makeParameter([...shape], {
      value: values.slice(),
      firstMoment: copied(moments?.firstMoment),
      secondMoment: copied(moments?.secondMoment),
    });
    this.#parameters++;
    return p;
  }

  /** @param state becomes the parameter's own */
  protected makeParameter(shape: readonly number[], state: ParameterState): NativeParameter {
    return new VariableParameter(this.binding, this.memory, shape, state);
  }

  readParameter(p: Parameter): ParameterState {
    return native(p).read();
  }

  disposeParameter(...parameters: Parameter[]): void {
    for (const p of parameters) {
      native(p).destroy();
      this.#parameters--;
    }
  }

  assign(p: Parameter, values: Float32Array): void {
    native(p).assign(values);
  }

  adamW(p: Parameter, gradient: Tensor, step: AdamWStep): void {
    native(p).adamW(this.memory.handle(gradient), step, this.constants);
    this.constants.trim();
  }
}

function native(p: Parameter): NativeParameter {
  if (!(p instanceof NativeParameter)) throw new Error("this parameter belongs to another backend");
  return p;
}
